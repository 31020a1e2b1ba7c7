#!/bin/sh
# Fills the folder $1 with a Debian 12 that has every program of the test host; runs outside, changes only $1.
set -eu
root=$1
debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates bookworm "$root" http://deb.debian.org/debian

# No program starts while it is being installed, and its manual is not wanted.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
cat >"$root/etc/dpkg/dpkg.cfg.d/small" <<'END'
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
END
install -d "$root/etc/postgresql-common"
echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.conf"

chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install \
  caddy gunicorn python3-django python3-djangorestframework python3-psycopg2 python3-requests \
  celery python3-redis redis-server postgresql-15 \
  procps iproute2 netcat-openbsd curl jq openssl less
chroot "$root" apt-get clean
rm -f "$root"/usr/sbin/policy-rc.d "$root"/var/lib/apt/lists/*debian*
