# What a run leaves on the host, in a folder of root's alone: one small file per fact (phase, reason, counts), its settings, this text, and
# how the fence is undone. No row, no password.

# put NAME TEXT: one line, whole or not at all; a shell reads it without another program.
put() {
  printf '%s\n' "$2" >"$dir/.$1.$$" && mv -f "$dir/.$1.$$" "$dir/$1"
}

get() {
  [ -s "$dir/$1" ] && IFS= read -r fact <"$dir/$1" && printf '%s\n' "$fact"
  :
}

# The end of what was asked and answered well.
well() {
  printf 'reason=\nexit=0\n'
}

refuse() { stop_with 3 "$1"; }
fail() { stop_with 1 "$1"; }
differ() { stop_with 4 "$1"; }

# The first reason stands: what fails after it is its consequence.
stop_with() {
  [ -n "$own_group" ] || give_up "$1" "$2"
  [ -s "$dir/reason" ] || put reason "$(printf '%s' "$2" | tr -c '[:print:]' ' ' | cut -c 1-400)"
  exit "$1"
}

known() {
  [ -f "$dir/settings" ] || give_up 66 "there is no copy $GUMSHOE_COPY_ID on this host"
  for name in $setting_names; do unset "$name"; done
  while IFS= read -r line; do export "${line%%=*}=${line#*=}"; done <"$dir/settings"
  check_settings
}

# born PID: a word that no other process of this host ever has, or nothing where it does not run.
born() {
  stat=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) && set -- "$1" $stat && [ "$2" != Z ] && echo "$(cat /proc/sys/kernel/random/boot_id)-$1-${21}"
}

running() {
  main=$(get pid) && [ -n "$main" ] && main_pid=${main##*-} && main_pid=${main%-*} && main_pid=${main_pid##*-} && [ "$(born "$main_pid")" = "$main" ]
}

# Memory that no disk keeps.
choose_memory() {
  for place in /dev/shm /run; do
    [ "$(stat -f -c %T "$place" 2>/dev/null)" = tmpfs ] && mem=$(mktemp -d "$place/gumshoe-copy.XXXXXXXXXX" 2>/dev/null) && return 0
  done
  refuse 'neither /dev/shm nor /run of this host is memory that can be written to'
}

# What a run that was killed has left: its processes, known by their environment, and its folder in memory.
sweep() {
  for pid in $(grep -lsxz "GUMSHOE_COPY_RUN=$dir" /proc/[0-9]*/environ | cut -d / -f 3); do kill -KILL "$pid"; done 2>/dev/null
  left=$(get mem)
  case $left in /dev/shm/gumshoe-copy.* | /run/gumshoe-copy.*) rm -rf -- "$left" ;; esac
}

# One that begins, ends or undoes at a time.
alone() {
  mkdir -p -m 700 "$base" && exec 8>"$base/lock" && flock 8
}

verb_start() {
  check_settings
  alone || give_up 73 "$base cannot be written to"
  if [ ! -f "$dir/settings" ]; then
    [ ! -s "$dir/never" ] || give_up 75 'this copy was stopped before it began'
    grep -qs '^copy_database ' "$0" || give_up 64 'the program is to be run as a file, which is what the run is made of'
    refuse_second_run
    mkdir -p -m 700 "$dir" && cp "$0" "$dir/program" &&
      for name in $setting_names; do eval "[ -z \"\${$name:-}\" ] || printf '%s=%s\n' $name \"\${$name:-}\""; done >"$dir/.settings" &&
      put began "$(date +%s)" && mv "$dir/.settings" "$dir/settings" || give_up 73 "$dir cannot be written to: is the disk full?"
    launch 8>&- 3>&-
    tries=0
    until [ -s "$dir/pid" ] || [ $tries -ge 50 ]; do tries=$((tries + 1)) && sleep 0.1; done
  fi
  verb_status
}

refuse_second_run() {
  own=$dir
  for dir in "$base"/copy-*; do
    if running; then give_up 75 "another copy still runs on this host: ${dir##*/copy-}"; fi
    [ ! -d "$dir" ] || sweep
  done
  dir=$own
}

# A run of its own, which neither the SSM Agent's restart nor its time-out ends.
launch() {
  if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
    systemd-run --quiet --collect --unit="gumshoe-copy-$GUMSHOE_COPY_ID" --setenv=PATH="$PATH" --setenv=HOME="${HOME:-/root}" \
      --setenv=GUMSHOE_COPY_ID="$GUMSHOE_COPY_ID" --setenv=GUMSHOE_COPY_BASE="$base" --setenv=GUMSHOE_COPY_RUN="$dir" \
      /bin/sh "$dir/program" run >/dev/null 2>&1 && return
  fi
  GUMSHOE_COPY_RUN=$dir GUMSHOE_COPY_BASE=$base setsid nohup /bin/sh "$dir/program" run >/dev/null 2>&1 </dev/null &
}

# never_begun: whether it was stopped before it began, with what is to be said of that.
never_begun() {
  [ ! -f "$dir/settings" ] && [ -s "$dir/never" ] && printf 'state=stopped\nusable=no\nfence=\nexit=143\nreason=it was stopped before it began\n'
}

verb_status() {
  ! never_begun || return 0
  [ -f "$dir/settings" ] || give_up 66 "there is no copy $GUMSHOE_COPY_ID on this host"
  mode=$(sed -n 's/^GUMSHOE_COPY_MODE=//p' "$dir/settings") state=$(get state) reason=$(get reason) code=$(get exit) now=$(date +%s)
  began=$(get began) ended=$(get ended) phase=$(get phase)
  if [ -z "$state" ]; then
    if [ -s "$dir/pid" ] || [ $((now - began)) -gt 30 ]; then running || state=died; fi
    # It may have ended between the two looks.
    [ "$state" != died ] || [ ! -s "$dir/state" ] || { verb_status && return; }
    state=${state:-running}
  fi
  [ "$state" != died ] || { code=137 && reason="the program was killed in phase ${phase:-start}; the target is not usable"; }
  amounts
  cat <<END
id=$GUMSHOE_COPY_ID
mode=$mode
state=$state
phase=$phase
table=$(get table)
tables_done=$tables_done
tables_total=$(get tables_total)
tables_compared=$(awk 'END { print NR }' "$dir/compared" 2>/dev/null)
bytes_done=$bytes_done
bytes_total=$bytes_total
rate_bytes_s=$rate
elapsed_s=$((${ended:-$now} - began))
expected_s=$(expected)
fence=$(get fence)
aside=$(get aside)
usable=$([ "$state" = done ] && [ "$mode" = copy ] && echo yes || echo no)
fingerprint=$(get fingerprint)
exit=$code
reason=$reason
END
}

amounts() {
  set -- $(awk '{ n++; bytes += $2 } END { printf "%d %.0f", n, bytes }' "$dir/copied" 2>/dev/null)
  tables_done=${1:-0} bytes_done=${2:-0} bytes_total=$(get bytes_total) since=$(get data_began) until=$(get data_ended) flight=''
  [ "$phase" != data ] || flight=$(get flight)
  bytes_done=$((bytes_done + ${flight:-0}))
  [ "$bytes_done" -le "${bytes_total:-0}" ] || bytes_done=${bytes_total:-0}
  rate=''
  # It may have begun after `now` was taken.
  [ -z "$since" ] || { span=$((${until:-$now} - since)) && [ $span -ge 0 ] && rate=$((bytes_done / (span + 1))); }
}

# What a rehearsal took, where the caller says so; else three times the copying of rows (2.4 to 3.2 measured): indexes and comparing follow.
expected() {
  given=$(sed -n 's/^GUMSHOE_COPY_EXPECTED_S=//p' "$dir/settings")
  if [ -n "$given" ]; then echo "$given"; elif [ "${rate:-0}" -gt 0 ]; then echo $((since - began + 3 * bytes_total / rate)); fi
}

# Said first, and under the lock: an order to start that is delivered late, and a run that is just beginning, find it.
verb_stop() {
  alone && mkdir -p -m 700 "$dir" && put never "$(date +%s)" || give_up 73 "$base cannot be written to"
  tries=0
  if running; then kill -TERM "$main_pid"; fi
  while running && [ $tries -lt 300 ]; do tries=$((tries + 1)) && sleep 0.1; done
  sweep
  verb_status
}

verb_run() {
  known
  own_group=yes
  exec >/dev/null 2>&1 </dev/null
  cd /
  mkdir "$dir/once" || exit
  trap finish EXIT
  trap 'put reason "stopped on request in phase $phase"; exit 143' TERM INT HUP
  put pid "$(born $$)"
  phase=start
  [ ! -s "$dir/never" ] || { put reason 'stopped on request before it began' && exit 143; }
  choose_memory
  put mem "$mem"
  read_logins
  find_source || not_found
  fenced='' && [ "$mode" = rehearse ] || fenced='fence prove'
  for phase in check $fenced schema data sequences objects indexes analyze compare finish; do
    put phase "$phase"
    echo "$(date +%s) $phase" >>"$dir/phases"
    # The fence may have given the source another name.
    [ "$phase" != prove ] || find_source || not_found
    [ "$phase" != schema ] || hold_snapshot
    # In the background and waited for: a signal is heard at once.
    "phase_$phase" &
    wait $! || exit $?
  done
}

finish() {
  code=$?
  trap '' TERM INT HUP
  trap - EXIT
  kill -TERM 0
  wait
  case $code in 0) state=done ;; 3) state=refused ;; 143) state=stopped ;; *) state=failed ;; esac
  [ $code -eq 0 ] || [ -s "$dir/reason" ] || put reason "phase $phase ended with $code and gave no reason: was one of its processes killed?"
  [ "$mode" != rehearse ] || [ -z "$target_user" ] || drop_own || [ $code -ne 0 ] || { code=1 state=failed && put reason 'the scratch database could not be dropped'; }
  rm -rf -- "$mem"
  put ended "$(date +%s)"
  put exit "$code"
  put state "$state"
}
