#!/bin/sh
# Makes the shop's database cluster in $1/var/lib/postgresql with the rows of $2/app/schema.sql. No address is listened on.
set -eu
root=$1 real=$2
bin=/usr/lib/postgresql/15/bin
data=/var/lib/postgresql/data
as_postgres() { chroot "$root" su -s /bin/sh postgres -c "$1"; }

chroot "$root" chown postgres:postgres /var/lib/postgresql
as_postgres "$bin/initdb --no-sync --locale=C.UTF-8 --auth=peer -D $data" >/dev/null
install -m 644 "$real/etc/postgresql.conf" "$root$data/postgresql.conf"
install -m 644 "$real/etc/pg_hba.conf" "$root$data/pg_hba.conf"
as_postgres "$bin/pg_ctl -w -D $data -o '-c listen_addresses= -c shared_buffers=256MB -c logging_collector=off' -l /dev/null start" >/dev/null
as_postgres "psql -q -v ON_ERROR_STOP=1" <<'END'
CREATE ROLE shop LOGIN PASSWORD 'only-for-this-test';
CREATE ROLE gumshoe LOGIN PASSWORD 'only-for-this-test' IN ROLE pg_monitor;
CREATE DATABASE shop OWNER shop;
END
{ echo 'SET ROLE shop;'; cat "$real/app/schema.sql"; } | as_postgres "psql -q -v ON_ERROR_STOP=1 -d shop"
as_postgres "psql -q -d shop -c 'VACUUM (FREEZE, ANALYZE)'"
as_postgres "$bin/pg_ctl -w -D $data stop" >/dev/null
