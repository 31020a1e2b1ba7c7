umask 077
PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/sbin:/sbin
LC_ALL=C LANGUAGE='' TZ=UTC SYSTEMD_COLORS=0 SYSTEMD_PAGER=cat
export PATH LC_ALL LANGUAGE TZ SYSTEMD_COLORS SYSTEMD_PAGER
unit=${SSM_unit:-}

# Say why there is nothing, and stop (69: something that this needs is not there, sysexits.h).
fail() {
  echo "gumshoe:1 failed: $1"
  exit 69
}

# show WHEN: what systemd says of the unit now, each line WHEN.KEY=VALUE.
show() {
  { read -r up _ </proc/uptime; } 2>/dev/null || up=''
  echo "$1.Uptime=$up"
  timeout 10 systemctl show -p LoadState -p ActiveState -p SubState -p Result -p InvocationID -p NRestarts -p ActiveEnterTimestamp \
    -p ActiveEnterTimestampMonotonic -- "$unit" | sed "s/^/$1./"
}

# An SSM Agent before 3.3.2746 would put values into the text of the script; this text has no place for them.
[ -n "$unit" ] || fail 'the SSM Agent is too old: 3.3.2746 or newer hands values over as environment variables'
for program in timeout sed systemctl; do
  command -v "$program" >/dev/null || fail "this host has no $program"
done
