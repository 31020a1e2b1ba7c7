# Files: what stands beside each, and what is renamed where. A file is known by its checksum alone; nothing else is trusted to say what it holds.

MOST_BYTES=262144

put() {
  mkdir -p -m 700 "$dir" && printf '%s\n' "$2" >"$dir/.$1.$$" && mv -f "$dir/.$1.$$" "$dir/$1"
}

get() {
  [ ! -s "$dir/$1" ] || cat "$dir/$1"
}

sum_of() {
  [ ! -f "$1" ] || sha256sum <"$1" | cut -d ' ' -f 1
}

# Each file has two checksums in the plan, in the same order: as it was, and as it is to be.
known_sums() {
  set -- $sums
  for each in $files; do
    case ${1:-} in *[!0-9a-f:]* | '' | :* | *: | *:*:*) give_up 64 'each file needs its two checksums' ;; esac
    [ ${#1} -eq 129 ] || give_up 64 'each file needs its two checksums'
    shift
  done
  [ $# -eq 0 ] || give_up 64 'there are more checksums than files'
}

# with_files COMMAND: for each file, with nth, path (links followed), keys, was and will set, and the names of what stands beside it.
with_files() {
  nth=0 left=$sums
  for each in $files; do
    nth=$((nth + 1)) path=$(readlink -f -- "${each%%:*}") keys=$(echo "${each#*:}" | tr , ' ')
    pair=${left%% *} left=${left#* } was=${pair%:*} will=${pair#*:}
    [ -n "$path" ] || path=${each%%:*}
    beside=${path%/*}/.${path##*/}.gumshoe-$plan
    "$1"
  done
}

# is FILE: old, new, gone, or other where somebody else has changed it.
is() {
  now_sum=$(sum_of "$1")
  case $now_sum in '') echo gone ;; "$was") echo old ;; "$will") echo new ;; *) echo other ;; esac
}

# flush FILE: it and its folder are on the disk. What cannot flush one file flushes all.
flush() {
  sync -- "$1" "${1%/*}" 2>/dev/null || sync
}

fit_to_change() {
  [ -f "$path" ] || refuse "$path is not there, or no plain file"
  [ "$(stat -c %h -- "$path")" = 1 ] || refuse "$path has more than one name: a rename would part them"
  [ "$(stat -c %s -- "$path")" -le "$MOST_BYTES" ] || refuse "$path is larger than an environment file"
  [ "$(tr -dc '\000' <"$path" | wc -c)" -eq 0 ] || refuse "$path has a byte in it that no environment file has"
}

stage_one() {
  case $(is "$path") in
    new) [ "$(is "$beside.old")" = old ] && return || refuse "$path is already as it is to be, and this plan has no backup of it" ;;
    old) ;;
    *) refuse "$path is not as the plan saw it: somebody changed it" ;;
  esac
  fit_to_change
  if [ "$(is "$beside.old")" != old ]; then
    cp --preserve=all -- "$path" "$beside.tmp" 2>/dev/null && flush "$beside.tmp" && [ "$(is "$beside.tmp")" = old ] &&
      mv -f -- "$beside.tmp" "$beside.old" || unstage "the backup of $path could not be written: is the disk full?"
  fi
  if [ "$(is "$beside.new")" != new ]; then
    # Copied first and then written over: owner, mode, access lists and attributes stay.
    cp --preserve=all -- "$path" "$beside.tmp" 2>/dev/null && rewritten $keys <"$path" 2>/dev/null >"$beside.tmp" && flush "$beside.tmp" ||
      unstage "the new $path could not be written: is the disk full?"
    [ "$(is "$beside.tmp")" = new ] || unstage "the new $path is not what the plan says"
    means_new "$beside.tmp"
    mv -f -- "$beside.tmp" "$beside.new" || unstage "the new $path could not be put beside it"
  fi
  flush "$beside.new"
}

unstage() {
  rm -f -- "$beside.tmp"
  fail "$1"
}

# value_of FILE KEY: as systemd reads it, or of a line with `export`, which only a shell reads.
value_of() {
  from_env_file "$1" "$2" || from_env_file "$1" "export $2"
}

# means_new FILE: read in another way than it was written, each URL has the new address, and the rest as before.
means_new() {
  for key in $keys; do
    before=$(value_of "$path" "$key") && after=$(value_of "$1" "$key") || unstage "$key in the new $path cannot be read"
    case $before in *://*) ;; *) continue ;; esac
    for part in user password db; do
      [ "$(printf '%s\n' "$before" | of_url $part)" = "$(printf '%s\n' "$after" | of_url $part)" ] || unstage "$key would have another $part"
    done
    [ "$(printf '%s\n' "$after" | of_url host)" = "$new_host" ] || unstage "$key would not name the new host"
  done
  before='' after=''
}

verb_stage() {
  case $(get phase) in '' | staged) ;; *) refuse "this plan is $(get phase) on this host already" ;; esac
  with_files stage_one
  put units "$units" && put phase staged || fail "$dir cannot be written to: is the disk full?"
  verb_status
}

must_be_staged() {
  case $(is "$path") in
    new) [ "$(is "$beside.old")" = old ] || refuse "$path has no backup of this plan" ;;
    old) [ "$(is "$beside.old")" = old ] && [ "$(is "$beside.new")" = new ] || refuse "$path is not staged" ;;
    *) refuse "$path was changed by somebody else: it is not overwritten" ;;
  esac
}

rename_new() {
  case $(is "$path") in
    new) ;;
    old) mv -f -- "$beside.new" "$path" && flush "$path" || fail "$path could not be renamed into place" ;;
    *) fail "$path was changed by somebody else: it is not overwritten" ;;
  esac
}

# Without it an order that is delivered late has nothing to rename.
drop_new() {
  rm -f -- "$beside.new" "$beside.tmp"
}

may_go_back() {
  case $(is "$path") in
    old) ;;
    new) [ "$(is "$beside.old")" = old ] || refuse "$path has no whole backup of this plan" ;;
    *) refuse "$path was changed by somebody else: it is not overwritten" ;;
  esac
}

rename_old() {
  case $(is "$path") in
    old) ;;
    new) mv -f -- "$beside.old" "$path" && flush "$path" || fail "$path could not be renamed back" ;;
    *) fail "$path was changed by somebody else: it is not overwritten" ;;
  esac
}

verb_switch() {
  phase=$(get phase)
  case $phase in
    staged | switching) ;;
    switched) verb_status && return ;;
    *) refuse "this plan is ${phase:-not staged} on this host" ;;
  esac
  with_files must_be_staged
  reaches_new
  # Before anything is written there, also if this is begun anew.
  [ "$phase" = switching ] || ! counts=$(counts_at_new) || put counts "$counts"
  put phase switching || fail "$dir cannot be written to: is the disk full?"
  with_files rename_new
  restart_units
  is_healthy "$MOST_ERRORS"
  stay_up
  reaches_new
  put phase switched || fail "$dir cannot be written to: is the disk full?"
  verb_status
}

# Only between staging and switching: delivered late, it must not end what has begun again.
verb_rest() {
  [ "$(get phase)" = staged ] || refuse "this plan is $(get phase) on this host"
  end_units
  verb_status
}

# Undoing is told apart from what could not be begun: where nothing was renamed, nothing is restarted.
verb_back() {
  phase=$(get phase)
  case $phase in
    back) verb_status && return ;;
    switching | switched | returning) ;;
    *)
      with_files drop_new
      put phase back 2>/dev/null || :
      verb_status && return ;;
  esac
  with_files may_go_back
  # A full disk is no reason to stay: a rename needs no room.
  put phase returning 2>/dev/null || :
  with_files rename_old
  # Behind a fence the application may not come up; what counts is that nothing runs any more that knows the new address.
  begin_again_or_rest
  # Kept before the phase: whoever asks again is told the same.
  written=$(written_at_new)
  put written "$written" 2>/dev/null && put phase back 2>/dev/null || :
  verb_status
}

verb_wake() {
  for unit in $units; do
    [ "$(state_of "$unit")" = active ] || restart "$unit"
  done
  stay_up
  is_healthy "$wait_s"
  verb_status
}

must_be_new() {
  [ "$(is "$path")" = new ] || refuse "$path is not as this plan makes it"
}

# Once all hosts are switched: that it still works here, by looking alone.
verb_check() {
  [ "$(get phase)" = switched ] || refuse 'this plan is not switched on this host'
  with_files must_be_new
  stay_up
  is_healthy "$MOST_ERRORS"
  reaches_new
  verb_status
}

status_one() {
  echo "file.$nth.path=$path"
  echo "file.$nth.is=$(is "$path")"
  echo "file.$nth.new=$(is "$beside.new")"
  echo "file.$nth.backup=$(is "$beside.old")"
}

verb_status() {
  phase=$(get phase)
  echo "phase=${phase:-none}"
  written=${written:-$(get written)}
  [ -z "$written" ] || echo "written=$written"
  with_files status_one
  nth=0
  for unit in $units; do
    nth=$((nth + 1))
    echo "unit.$nth.name=$unit"
    echo "unit.$nth.state=$(state_of "$unit")"
  done
}

clean_one() {
  rm -f -- "$beside.new" "$beside.old" "$beside.tmp"
}

# A backup holds the password, too: it goes when people are sure.
verb_clean() {
  case $(get phase) in switching | returning) refuse 'this plan is under way on this host' ;; esac
  with_files clean_one
  rm -rf -- "$dir"
  verb_status
}
