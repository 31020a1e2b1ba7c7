#!/bin/sh
# Works on the application's own database from one of its hosts, with a login that stands in an environment file there. It is fixed text: values reach
# it as environment variables only, none becomes part of a command or of a statement. It says no password, and no value of a statement.
#
#   sessions  who blocks whom now; changes nothing     session  whether one session is still there; changes nothing
#   end       ends that one session and no other       table    what an index on a table would be; changes nothing
#   start     begins to make an index, in a run of its own, which outlives its caller; once per id
#   index     how far that is; can be asked at any time

#:parts

calm_environment() {
  umask 077
  ulimit -c 0
  PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
  LC_ALL=C LANGUAGE='' TZ=UTC HOME=${HOME:-/root} PSQLRC=/dev/null PSQL_HISTORY=/dev/null PGPASSFILE=/dev/null PGCONNECT_TIMEOUT=10 PGSYSCONFDIR=/dev/null
  export PATH LC_ALL LANGUAGE TZ HOME PSQLRC PSQL_HISTORY PGPASSFILE PGCONNECT_TIMEOUT PGSYSCONFDIR
  unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGSERVICE PGSERVICEFILE PGREQUIREPEER PGOPTIONS PGAPPNAME PGTZ PGDATESTYLE \
    PGCLIENTENCODING PGTARGETSESSIONATTRS PGSSLMODE PGSSLROOTCERT PGSSLCERT PGSSLKEY IFS
}

# Say why there is nothing, and stop (64 wrong use, 69 something is not there, 73 nothing can be written; sysexits.h).
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

# SSM's own patterns come first; this is the second lock. A value that a statement is made of is quoted by the server all the same.
check_values() {
  case $plan in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9-]* | ?????????????????????????????????????????????????????????????????*) give_up 64 'a plan is a word, at most 64 long' ;; esac
  case $pid in *[!0-9]*) give_up 64 'a session is a number' ;; esac
  case $began$xact in *[!0-9TZ:.-]*) give_up 64 'a time is one in UTC' ;; esac
  case $table$columns$index in *[!A-Za-z0-9_.,]*) give_up 64 'tables and columns are plain names' ;; esac
}

work_on_database() {
  calm_environment
  own=$0 verb=${1:-${SSM_verb:-}} plan=${SSM_plan:-} base=${GUMSHOE_BASE:-/var/lib/gumshoe}
  # An SSM Agent before 3.3.2746 would put values into the text of the script; this text has no place for them.
  [ -n "$verb" ] || give_up 69 'the SSM Agent is too old: 3.3.2746 or newer hands values over as environment variables'
  for program in psql awk sed cut tr mktemp date; do
    command -v "$program" >/dev/null || give_up 69 "this host has no $program"
  done
  case $verb in
    run) verb_run && return ;;
    sessions | session | end | table | start | index) ;;
    *) give_up 64 'a verb is one of sessions, session, end, table, start, index' ;;
  esac
  pid=${SSM_pid:-} began=${SSM_began:-} xact=${SSM_xact:-} table=${SSM_table:-} columns=${SSM_columns:-} index=${SSM_index:-}
  check_values
  echo 'gumshoe:1 begin'
  said=$(mktemp) || refuse 'no file can be written on this host: is its disk full?'
  trap 'rm -f -- "$said"' EXIT
  read_login
  "verb_$verb"
  finish 0 done ''
}

work_on_database "$@"
