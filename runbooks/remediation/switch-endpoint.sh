#!/bin/sh
# Leads the application of this host to another database address: the one key in its environment files is rewritten, its units begin again. It is
# fixed text: values reach it as environment variables only. A line is never printed but with user and password taken out; its keyed hash stands for it.
# Killed at any moment it leaves each file whole, as it was or as it is to be; `status` tells which. docs/switch.md tells the order on many hosts.
#
#   look    who uses the old address here, and what would change; changes nothing    stage  lays new files and backups beside the old ones
#   switch  renames the new files into place, restarts, looks that it works          back   renames the backups into place, restarts
#   rest    ends its units, until they are switched or woken
#   wake    begins units that do not run, and looks that it works                    status what stands where         clean  takes staged files away
#   check   that it works as switched; changes nothing
#   prove, unfence, fence, fingerprint  asked of the copy that ran on this host (docs/copy.md)

#:parts

calm_environment() {
  umask 077
  ulimit -c 0
  PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
  LC_ALL=C LANGUAGE='' TZ=UTC SYSTEMD_COLORS=0 SYSTEMD_PAGER=cat HOME=${HOME:-/root} PSQLRC=/dev/null PGPASSFILE=/dev/null PGCONNECT_TIMEOUT=10
  export PATH LC_ALL LANGUAGE TZ SYSTEMD_COLORS SYSTEMD_PAGER HOME PSQLRC PGPASSFILE PGCONNECT_TIMEOUT
  unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGSERVICE PGSERVICEFILE PGREQUIREPEER PGOPTIONS PGSSLMODE PGSSLROOTCERT IFS
}

# Say why there is nothing, and stop (64 wrong use, 69 something is not there, 75 another is at work; sysexits.h).
give_up() {
  echo "gumshoe:1 failed: $2"
  exit "$1"
}

# finish CODE RESULT REASON: the last lines, whatever the end is.
finish() {
  echo "result=$2"
  printf 'reason=%s\n' "$(printf '%s' "$3" | tr -c '[:print:]' '?' | cut -c 1-400)"
  echo 'gumshoe:1 end'
  exit "$1"
}

refuse() { finish 3 refused "$1"; }
fail() { finish 1 failed "$1"; }

# SSM's own patterns come first; this is the second lock.
check_values() {
  case $plan in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9-]* | ?????????????????????????????????????????????????????????????????*) give_up 64 'a plan is a word, at most 64 long' ;; esac
  case $hash_key in *[!0-9a-f]*) give_up 64 'the key of the hashes is 64 hexadecimal digits' ;; esac
  [ ${#hash_key} -eq 64 ] || give_up 64 'the key of the hashes is 64 hexadecimal digits'
  for address in "$old" "$new"; do
    case $address in [A-Za-z0-9]*:[0-9]*) ;; *) give_up 64 'an address is a host and a port' ;; esac
    case ${address%:*}${address##*:} in *[!A-Za-z0-9.-]*) give_up 64 'an address is a host and a port' ;; esac
    case ${address##*:} in *[!0-9]*) give_up 64 'an address is a host and a port' ;; esac
  done
  case $files in '' | *[!A-Za-z0-9_./@%+,:\ -]*) give_up 64 'a file is a path, a colon and its keys' ;; esac
  case $units in '' | *[!A-Za-z0-9:_.@\ -]*) give_up 64 'a unit is named as systemd has it' ;; esac
  for each in $files; do
    case $each in /*:[A-Za-z_]*) ;; *) give_up 64 'a file is a path, a colon and its keys' ;; esac
  done
  for each in $units; do
    case $each in -*) give_up 64 'a unit is named as systemd has it' ;; esac
  done
  for number in "$wait_s" "$stay_s" "$times"; do
    case $number in '' | *[!0-9]*) give_up 64 'seconds and times are numbers' ;; esac
  done
  case $sslmode in '' | require | verify-ca | verify-full) ;; *) give_up 64 'sslmode is require, verify-ca or verify-full' ;; esac
  old_host=${old%:*} old_port=${old##*:} new_host=${new%:*} new_port=${new##*:}
}

switch_endpoint() {
  calm_environment
  verb=${SSM_verb:-} plan=${SSM_plan:-} hash_key=${SSM_hashKey:-} old=${SSM_old:-} new=${SSM_new:-} sslmode=${SSM_sslmode:-}
  files=${SSM_files:-} sums=${SSM_sums:-} units=${SSM_units:-} health=${SSM_health:-} copy=${SSM_copy:-}
  wait_s=${SSM_waitS:-60} stay_s=${SSM_stayS:-10} times=${SSM_times:-3}
  # An SSM Agent before 3.3.2746 would put values into the text of the script; this text has no place for them.
  [ -n "$verb" ] || give_up 69 'the SSM Agent is too old: 3.3.2746 or newer hands values over as environment variables'
  for program in awk sed grep cmp sha256sum readlink stat timeout flock systemctl; do
    command -v "$program" >/dev/null || give_up 69 "this host has no $program"
  done
  check_values
  base=${GUMSHOE_SWITCH_BASE:-/var/lib/gumshoe} root=${GUMSHOE_SWITCH_ROOT:-} proc=${GUMSHOE_SWITCH_PROC:-/proc}
  dir=$base/switch-$plan written=''
  case $verb in
    look) ;;
    stage | rest | switch | back | wake | check | status | clean) known_sums && alone && units=$(units_here) ;;
    prove | unfence | fence | fingerprint) ;;
    *) give_up 64 'a verb is one of look, stage, rest, switch, back, wake, check, status, clean, prove, unfence, fence, fingerprint' ;;
  esac
  printf 'gumshoe:1 begin\nverb=%s\nplan=%s\n' "$verb" "$plan"
  case $verb in
    prove | unfence | fence | fingerprint) ask_copy "$verb" ;;
    *) "verb_$verb" ;;
  esac
  finish 0 done ''
}

# Two at once would each undo what the other checks. What a killed one has left behind may hold the lock for a moment.
alone() {
  mkdir -p -m 700 "$base" 2>/dev/null && exec 9>"$base/switch.lock" || give_up 73 "$base cannot be written to"
  flock -w 20 9 || give_up 75 'another switch is at work on this host'
}

switch_endpoint
