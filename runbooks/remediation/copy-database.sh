#!/bin/sh
# Copies a PostgreSQL database to another server for good, from the one host that reaches both, and fences the old one while it does. It is
# fixed text: values reach it as environment variables only. It writes no row, no definition and no password to the host's disk (definitions
# stand in memory while it runs), puts no password on a command line, and says none. docs/copy.md tells its phases and what it refuses.
#
#   check        what would stop a copy; changes nothing        start        begins a run of its own, which outlives its caller; once per id
#   status       lines of key=value; can be asked at any time    stop         ends the run; one that has not begun never will
#   prove        nothing was written since the fence was proven  compare      source and target are still the same
#   fingerprint  one hash over everything in the source          unfence      gives login and privileges back, exactly

#:parts

# Sorted as bytes, and each setting one that was meant: what the caller's environment says of PostgreSQL or AWS is not.
calm_environment() {
  umask 077
  ulimit -c 0
  PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
  newest_programs
  LC_ALL=C LANGUAGE='' HOME=${HOME:-/root} PSQLRC=/dev/null PSQL_HISTORY=/dev/null PGPASSFILE=/dev/null PGCONNECT_TIMEOUT=15 PGSYSCONFDIR=/dev/null
  PGOPTIONS=$session_settings
  export PATH HOME LC_ALL LANGUAGE PSQLRC PSQL_HISTORY PGPASSFILE PGCONNECT_TIMEOUT PGOPTIONS PGSYSCONFDIR
  unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGSERVICE PGSERVICEFILE PGREQUIREPEER PGAPPNAME PGTZ PGDATESTYLE PGCLIENTENCODING \
    PGTARGETSESSIONATTRS PGSSLMODE PGSSLROOTCERT PGSSLCERT PGSSLKEY source_password target_password app_password IFS
}

# What an SSM document hands over. An address is HOST:PORT. A login is FILE:KEY whose value is a URL, USER@FILE:KEY whose value is a password, or the
# ARN of a secret. The mark says that a refusal is an answer, too. An SSM Agent before 3.3.2746 would put values into the text of the script; this text has no place for them.
values_of_ssm() {
  echo 'gumshoe:1 begin'
  verb=${SSM_verb:-}
  echo 'gumshoe:1 begin'
  [ -n "$verb" ] || give_up 69 'the SSM Agent is too old: 3.3.2746 or newer hands values over as environment variables'
  export GUMSHOE_COPY_ID="${SSM_id:-}" GUMSHOE_COPY_MODE="${SSM_mode:-}" GUMSHOE_COPY_EXPECTED_S="${SSM_expectedS:-}" \
    GUMSHOE_TARGET_DB="${SSM_scratch:-}" GUMSHOE_TARGET_SSLMODE="${SSM_sslmode:-}"
  address_of SOURCE "${SSM_source:-}" && address_of TARGET "${SSM_target:-}"
  login_of SOURCE "${SSM_sourceLogin:-}" && login_of TARGET "${SSM_targetLogin:-}" && login_of APP "${SSM_appLogin:-}"
}

address_of() {
  [ -z "$2" ] || export "GUMSHOE_$1_HOST=${2%:*}" "GUMSHOE_$1_PORT=${2##*:}"
}

login_of() {
  case $2 in
    '') ;;
    arn:*) export "GUMSHOE_$1_SECRET_ARN=$2" ;;
    /*) export "GUMSHOE_$1_ENV_FILE=${2%:*}" "GUMSHOE_$1_URL_KEY=${2##*:}" ;;
    *) set -- "$1" "${2%%@/*}" "/${2#*@/}" && export "GUMSHOE_$1_USER=$2" "GUMSHOE_$1_ENV_FILE=${3%:*}" "GUMSHOE_$1_PASSWORD_KEY=${3##*:}" ;;
  esac
}

# Debian's psql is a script that chooses a version by the host's own servers; the newest is wanted here, and starting it costs half the time.
newest_programs() {
  newest=0
  for bin in /usr/lib/postgresql/*/bin/psql /usr/pgsql-*/bin/psql; do
    version=${bin%/bin/psql} && version=${version##*[/-]}
    case $version in '' | *[!0-9]*) continue ;; esac
    [ ! -x "$bin" ] || [ "$version" -le "$newest" ] || { newest=$version && programs=${bin%/psql}; }
  done
  [ "$newest" = 0 ] || PATH=$programs:$PATH
}

copy_database() {
  verb=${1:-${GUMSHOE_COPY_VERB:-}} mem='' dir='' own_group=''
  exec 3>&1
  [ -n "$verb" ] || values_of_ssm
  calm_environment
  for program in psql pg_dump pg_restore awk sed sort comm sha256sum mktemp setsid flock; do
    command -v "$program" >/dev/null || give_up 69 "this host has no $program"
  done
  case ${GUMSHOE_COPY_ID:-} in '' | [!a-z0-9]* | *[!a-z0-9-]* | ?????????????????????????????????????????*)
    give_up 64 'the id of a copy is a word of a-z, 0-9 and -, at most 40 long' ;;
  esac
  base=${GUMSHOE_COPY_BASE:-/var/lib/gumshoe}
  dir=$base/copy-$GUMSHOE_COPY_ID
  case $verb in
    check) verb_check ;;
    start) verb_start ;;
    status) verb_status ;;
    stop) verb_stop ;;
    run) verb_run ;;
    unfence) never_begun || { known && verb_unfence; } ;;
    prove | compare | fingerprint) known && "verb_$verb" ;;
    *) give_up 64 'a verb is one of check, start, status, stop, prove, compare, fingerprint, unfence' ;;
  esac
}

# give_up CODE SENTENCE: before there is a run. 64 and 69 as in sysexits.h.
give_up() {
  printf 'reason=%s\nexit=%s\n' "$2" "$1" >&3
  exit "$1"
}

# Each value is one line, and a number where a number is meant.
check_settings() {
  for name in $setting_names; do
    eval "value=\${$name:-}"
    case $value in *"$newline"*) give_up 64 "$name has a line break in it" ;; esac
  done
  for name in GUMSHOE_COPY_WORKERS GUMSHOE_COPY_PROOF_S GUMSHOE_COPY_EXPECTED_S GUMSHOE_SOURCE_PORT GUMSHOE_TARGET_PORT GUMSHOE_TARGET_FREE_BYTES; do
    eval "value=\${$name:-}"
    case $value in *[!0-9]*) give_up 64 "$name is not a number" ;; esac
  done
  case ${GUMSHOE_COPY_MODE:-} in
    rehearse | copy) mode=$GUMSHOE_COPY_MODE ;;
    *) give_up 64 'GUMSHOE_COPY_MODE is rehearse or copy' ;;
  esac
  workers=${GUMSHOE_COPY_WORKERS:-2}
  case $workers in [1-8]) ;; *) give_up 64 'GUMSHOE_COPY_WORKERS is 1 to 8' ;; esac
  proof_s=${GUMSHOE_COPY_PROOF_S:-10}
}

copy_database "$@"
