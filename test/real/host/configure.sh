#!/bin/sh
# Turns the Debian in $1 into the shop's host: configuration from $2/etc, the application from $2/app. Changes only $1.
set -eu
root=$1 real=$2

printf 'ip-10-0-3-21\n' >"$root/etc/hostname"
install -m 644 "$real/etc/hosts" "$root/etc/hosts"
# Nobody listens there: a name that is not in /etc/hosts does not resolve.
rm -f "$root/etc/resolv.conf"
printf 'nameserver 127.0.0.53\noptions timeout:1 attempts:1\n' >"$root/etc/resolv.conf"
install -D -m 644 "$real/etc/journald.conf" "$root/etc/systemd/journald.conf.d/shop.conf"
install -d "$root/var/log/journal"
install -D -m 644 "$real/etc/Caddyfile" "$root/etc/caddy/Caddyfile"

chroot "$root" useradd --system --home-dir /srv/shop --gid www-data --shell /usr/sbin/nologin deploy
install -d "$root/srv" "$root/var/lib/gumshoe-metrics"
cp -R "$real/app" "$root/srv/shop"
rm "$root/srv/shop/schema.sql"
install -d "$root/srv/shop/uploads"
chroot "$root" chown -R deploy:www-data /srv/shop
install -D -m 640 "$real/etc/shop.env" "$root/etc/shop/env"

install -D -m 644 "$real/etc/gumshoe.yml" "$root/etc/gumshoe/gumshoe.yml"
sed '/metrics:/d' "$real/etc/gumshoe.yml" >"$root/etc/gumshoe/without-metrics.yml"

for unit in caddy gunicorn celery redis-server; do
  install -m 644 "$real/etc/$unit.service" "$root/etc/systemd/system/$unit.service"
done
systemctl --root "$root" --quiet enable caddy gunicorn celery redis-server
# None of these has a use in a container without a network and a console.
systemctl --root "$root" --quiet mask getty.target console-getty.service systemd-logind.service postgresql.service \
  systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer e2scrub_all.timer
