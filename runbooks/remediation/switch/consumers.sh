# Who uses the old address on this host: units, processes and cron, found in what they read, in what they were begun with, and by open connections.

MOST=40

# plain: one line of printable text.
plain() {
  tr -c '[:print:]' '?' | cut -c 1-200
}

# tell WHAT KEY=VALUE…: one more of its kind.
tell() {
  what=$1
  shift
  eval "count=\$((\${count_$what:-0} + 1)); count_$what=\$count"
  [ "$count" -le "$MOST" ] || return 0
  for pair in "$@"; do
    is=${pair#*=}
    # Most is plain as it is: a program for each would take longer than all the rest.
    case $is in *[!\ -~]*) rough=yes ;; *) rough='' ;; esac
    [ -z "$rough" ] && [ ${#is} -le 200 ] || is=$(printf '%s' "$is" | plain)
    printf '%s.%s.%s=%s\n' "$what" "$count" "${pair%%=*}" "$is"
  done
}

look_at_file() {
  fit_to_change
  set -- $(stat -c '%u:%g %a' -- "$path") $(df -Pk -- "${path%/*}" | awk 'END { printf "%.0f", $4 * 1024 }')
  will=$(rewritten $keys <"$path" | sha256sum | cut -d ' ' -f 1)
  for key in $keys; do
    facts=$(of_line facts "$key" <"$path") || { tell line "path=$path" "key=$key" "odd=$(printf '%s\n' "$facts" | sed -n 's/^odd=//p')" && continue; }
    tell line "path=$path" "key=$key" "number=$(of_facts line)" "kind=$(of_facts kind)" "names=$(of_facts names)" "before=$(of_facts before)" \
      "after=$(of_facts after)" "hash=$(of_line before "$key" <"$path" | keyed)" "hashAfter=$(of_line after "$key" <"$path" | keyed)"
  done
  tell file "path=$path" "named=${each%%:*}" "sha256=$(sum_of "$path")" "sha256After=$will" "owner=$1" "mode=$2" "freeBytes=$3"
}

of_facts() {
  printf '%s\n' "$facts" | sed -n "s/^$1=//p"
}

# names_old FILE: whether the old host stands in it, as a word. The pattern is written so that it does not match where it stands on a command line.
names_old() {
  grep -qaiw -- "$old_pattern" "$1" 2>/dev/null
}

is_given() {
  for each in $files; do
    [ "$1" != "$(readlink -f -- "${each%%:*}")" ] || return 0
  done
  return 1
}

# Unit files too: what a timer begins later is not loaded now.
look_at_units() {
  names=$({ timeout 20 systemctl list-units --all --type=service --plain --no-legend --no-pager && timeout 20 systemctl list-unit-files --type=service --plain --no-legend --no-pager; } |
    awk '{ print $1 }' | grep -E '^[A-Za-z0-9:_.@\\-]+\.service$' | grep -v '@\.service$' | sort -u)
  [ -n "$names" ] || fail 'systemd does not say which units there are'
  shown=$(timeout 60 systemctl show --no-pager -p Id -p ActiveState -p EnvironmentFiles -p Environment -p ExecStart -- $names) || fail 'systemd does not say what its units read'
  uses=$(printf '%s\n' "$shown" | LINE_OLD_HOST=$old_host awk '
    function end() { for (k = 1; k <= n; k++) print id "\t" state "\t" use[k]; n = 0; id = state = "" }
    BEGIN { old = tolower(ENVIRON["LINE_OLD_HOST"]) }
    /^$/ { end() }
    /^Id=/ { id = substr($0, 4) }
    /^ActiveState=/ { state = substr($0, 13) }
    /^EnvironmentFiles=./ { sub(/^EnvironmentFiles=/, ""); sub(/ \(ignore_errors=[a-z]+\)$/, ""); use[++n] = $0 }
    /^(Environment|ExecStart)=/ { if (index(tolower($0), old)) use[++n] = "itself" }
    END { end() }')
  while IFS='	' read -r unit state use; do
    [ -n "$unit" ] || continue
    if [ "$use" = itself ]; then tell unit "name=$unit" "state=$state" 'uses=itself'; continue; fi
    for file in $use; do
      file=$(readlink -f -- "$file")
      if is_given "$file"; then tell unit "name=$unit" "state=$state" 'uses=file' "path=$file"
      elif names_old "$file"; then tell unit "name=$unit" "state=$state" 'uses=other' "path=$file"; fi
    done
  done <<END
$uses
END
}

unit_of() {
  sed -n 's#^[^:]*:[^:]*:.*/\([^/]*\.\(service\|scope\)\).*#\1#p' "$proc/$1/cgroup" 2>/dev/null | sort -u | tail -n 1
}

# One line for each unit and way; a process outside of units has one of its own.
tell_process() {
  unit=$(unit_of "$1")
  case $seen in *"|${unit:-$1} $2|"*) return ;; esac
  seen="$seen|${unit:-$1} $2|"
  tell process "pid=$1" "unit=$unit" "how=$2" "name=$(cat "$proc/$1/comm" 2>/dev/null)"
}

# Values of this program itself name the address, too.
look_at_processes() {
  seen=''
  for pid in $(grep -laiw -- "$old_pattern" "$proc"/[0-9]*/environ "$proc"/[0-9]*/cmdline 2>/dev/null | sed 's#/[^/]*$##; s#.*/##' | sort -un); do
    if tr '\000' '\n' <"$proc/$pid/environ" 2>/dev/null | grep -v '^SSM_\|^LINE_' | names_old -; then tell_process "$pid" environment; fi
    if tr '\000' '\n' <"$proc/$pid/cmdline" 2>/dev/null | names_old -; then tell_process "$pid" command; fi
  done
  command -v ss >/dev/null || fail 'this host has no ss: open connections cannot be seen'
  at=$(timeout 10 getent ahosts "$old_host" | awk '{ print $1 }' | sort -u)
  [ -n "$at" ] || tell note "text=$old_host has no address here: connections to it cannot be told"
  for pid in $(timeout 20 ss -Htnp | SEEN_AT="$at" SEEN_PORT=$old_port awk '
      BEGIN { n = split(ENVIRON["SEEN_AT"], given, "\n"); for (k = 1; k <= n; k++) wanted[given[k]] = 1 }
      { peer = $5; port = peer; sub(/.*:/, "", port); sub(/:[0-9]+$/, "", peer); gsub(/[][]|%.*/, "", peer); sub(/^::ffff:/, "", peer) }
      port == ENVIRON["SEEN_PORT"] && peer in wanted && $1 != "TIME-WAIT" {
        if (!match($0, /pid=[0-9]+/)) print "unknown"
        while (match($0, /pid=[0-9]+/)) { print substr($0, RSTART + 4, RLENGTH - 4); $0 = substr($0, RSTART + RLENGTH) }
      }' | sort -u); do tell_process "$pid" connection; done
}

# A job that reads a given file has the new address from its next run on; one that names the address itself has not.
look_at_cron() {
  for file in "$root"/etc/crontab "$root"/etc/cron.*/* "$root"/var/spool/cron/* "$root"/var/spool/cron/crontabs/*; do
    [ -f "$file" ] || continue
    if names_old "$file"; then tell cron "path=$file" 'uses=itself'; continue; fi
    for each in $files; do
      if printf '%s\n' "${each%%:*}" | grep -qFf - -- "$file"; then tell cron "path=$file" 'uses=file' && break; fi
    done
  done
}

look_at_others() {
  for file in $(timeout 20 grep -rIliw -D skip --exclude='.*.gumshoe-*' -- "$old_pattern" "$root/etc" 2>/dev/null); do
    is_given "$(readlink -f -- "$file")" || tell other "path=$file"
  done
}

verb_look() {
  sums='' old_pattern="[${old_host%"${old_host#?}"}]$(printf '%s' "${old_host#?}" | sed 's/\./\\./g')"
  with_files look_at_file
  look_at_units
  look_at_processes
  look_at_cron
  look_at_others
  for address in $(ip -o addr show scope global 2>/dev/null | awk '{ sub(/\/.*/, "", $4); print $4 }' || hostname -I); do tell address "is=$address"; done
  for what in line file unit process cron other address note; do
    eval "count=\${count_$what:-0}"
    [ "$count" -le "$MOST" ] || refuse "there is more than can be told: $count of $what"
    echo "$what.count=$count"
  done
}
