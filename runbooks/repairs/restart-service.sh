#!/bin/sh
# Gumshoe restarts one unit of a host, once, and waits until it is active. What it prints stands between two marks: the unit before and after.
# It ends with 1 where the unit does not run then. The text is fixed: the unit's name and the seconds to wait reach it as environment variables only.

#:show-unit

wait_s=${SSM_waitS:-60}
echo 'gumshoe:1 begin'
show before
timeout "$wait_s" systemctl restart -- "$unit" >/dev/null 2>&1
echo "restart.exit=$?"
tries=0
while :; do
  state=$(timeout 10 systemctl show -p ActiveState --value -- "$unit")
  case $state in active | failed) break ;; esac
  tries=$((tries + 1))
  [ $tries -lt "$wait_s" ] || break
  sleep 1
done
show after
echo 'gumshoe:1 end'
[ "$state" = active ]
