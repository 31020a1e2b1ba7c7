"""Opens connections to the shop's database until there are no more, and keeps taking those that become free."""

import time

import psycopg2

held = []
while True:
    try:
        held.append(psycopg2.connect("host=127.0.0.2 dbname=shop user=shop password=only-for-this-test"))
    except psycopg2.OperationalError:
        time.sleep(0.02)
