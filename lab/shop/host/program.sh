#!/bin/sh
# Stands in for a program of the shop's host. What would speak of this whole machine speaks of the shop's own processes here, from texts that the
# shop wrote just before the script was started; the journal is the shop's own. In all else it is the real program.
program=${0##*/}
shop='@shop@' answers='@answers@' journal='@journal@' real='@real@'
node='@node@' probe='@probe@'

run_real() {
  IFS=:
  for folder in $real; do
    [ ! -x "$folder/$program" ] || exec "$folder/$program" "$@"
  done
  echo "$program: not found" >&2
  exit 127
}

# What only filters is the real program; these are by far the most, so they come first.
case $program:${GUMSHOE_STEP:-} in
  cat:cpu-pressure | grep:memory-cgroup | grep:changes | find:changes) ;;
  cat:* | grep:* | find:*) run_real "$@" ;;
esac

say() {
  PATH=$real exec cat "$answers/$1"
}

# Journals of units, or the kernel's, since so many minutes or hours ago.
read_journal() {
  units='' since='' only='' before=''
  for word; do
    case $before:$word in
      -u:*) units="$units ${word%.service}" ;;
      --since:-* | *:--since=-*) since=${word#*-} && since=${since#-since=-} ;;
      *:--dmesg | *:-k | *:_TRANSPORT=kernel) units=' kernel' ;;
      *:_PID=1) only=' systemd[1]: ' ;;
    esac
    before=$word
  done
  case $since in
    *min) seconds=$((${since%min} * 60)) ;;
    *h) seconds=$((${since%h} * 3600)) ;;
    *) seconds=10000000 ;;
  esac
  PATH=$real
  since=$(date -u -d "@$(($(date +%s) - seconds))" +%Y-%m-%dT%H:%M:%S)
  lines=$(for unit in $units; do cat "$journal/$unit.log" 2>/dev/null; done | grep -F -- "$only" | sort -s -k 1,1 | newer)
  if [ -n "$lines" ]; then printf '%s\n' "$lines"; else echo '-- No entries --'; fi
}

# Without awk all of it is printed.
newer() {
  if command -v awk >/dev/null; then awk -v since="$since" '$1 >= since'; else cat; fi
}

ask_systemd() {
  verb=$1 name='' property=''
  for word; do
    case $word in
      [A-Z]*) property=$word ;;
    esac
    name=${word%.service}
  done
  case $verb in
    status) [ -f "$answers/status-$name" ] || { echo "Unit $name.service could not be found." >&2 && exit 4; } ;;
    cat) [ -f "$answers/cat-$name" ] || { echo "No files found for $name.service." >&2 && exit 1; } ;;
    show) [ -f "$answers/show-$name-$property" ] || exit 0 && say "show-$name-$property" ;;
    *) exit 1 ;;
  esac
  say "$verb-$name"
}

# What it is asked for without the folders.
options_of() {
  options=''
  for word; do
    case $word in -*) options="$options $word" ;; esac
  done
}

case ${GUMSHOE_STEP:-}:$program in
  *:journalctl) read_journal "$@" ;;
  *:systemctl) case ${GUMSHOE_STEP:-}:$1 in :status | :cat | [!:]*) ;; *) exec /bin/sh '@systemctl@' "$@" ;; esac && ask_systemd "$@" ;;
  *:dmesg) say dmesg ;;
  *:ss) case $* in *l*) say listening-sockets ;; *) say sockets ;; esac ;;
  *:ps) case $* in *sid=*) echo "$PPID" ;; *) say processes ;; esac ;;
  *:top) say top ;;
  *:vmstat) say vmstat ;;
  *:free) say memory ;;
  *:uptime) say load ;;
  *:who) say boot ;;
  *:last) exit 0 ;;
  *:ip) printf '2: ens5    inet %s scope global ens5\n' 172.26.8.250/20 local/32 ;;
  *:aws) exec '@node@' '@secret@' "$@" ;;
  *:systemd-run) echo 'Failed to connect to bus: No such file or directory' >&2 && exit 1 ;;
  *:df) options_of "$@" && run_real $options / "$shop" ;;
  *:du) options_of "$@" && run_real $options "$shop" ;;
  cpu-pressure:cat) echo 'cat: /proc/pressure/cpu: No such file or directory' >&2 && exit 1 ;;
  memory-cgroup:grep) case $3 in */fs/cgroup//*) say memory-cgroup ;; esac ;;
  changes:grep) exit 1 ;;
  changes:find)
    for word; do
      shift
      case $word in /etc/*) ;; *) set -- "$@" "$word" ;; esac
    done
    run_real "$@"
    ;;
  db-*:python3 | http-probe:python3) exec "$node" "$probe" ;;
  *:mpstat) echo "$program: not found" >&2 && exit 127 ;;
  *) run_real "$@" ;;
esac
