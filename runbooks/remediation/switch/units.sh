# Units, requests and the new database: whether the application works, and what it has written there.

MOST_TABLES=10
# How many errors of an application that is switched are waited through, a second each.
MOST_ERRORS=10

state_of() {
  timeout 10 systemctl show -p ActiveState --value -- "$1" 9>&-
}

# The id that each start of a unit has for itself.
invocation_of() {
  timeout 10 systemctl show -p InvocationID --value -- "$1" 9>&-
}

# Of the units that are named, those of this host: neither one that it does not have, nor one that is switched off here (a second beat would be begun).
# What was chosen when the files were staged stays: a unit that failed since is still one of them.
units_here() {
  if [ -f "$dir/units" ]; then cat "$dir/units" && return; fi
  for unit in $units; do
    case $(timeout 10 systemctl show -p LoadState --value -- "$unit" 9>&-) in not-found | masked) continue ;; esac
    case $(timeout 10 systemctl show -p UnitFileState --value -- "$unit" 9>&-) in
      disabled | masked) case $(state_of "$unit") in inactive | failed) continue ;; esac ;;
    esac
    printf '%s ' "$unit"
  done
}

# restart UNIT: asks for it once, and waits until it is over.
restart() {
  timeout "$wait_s" systemctl restart -- "$1" >/dev/null 2>&1 9>&-
  tries=0
  until case $(state_of "$1") in active | failed | inactive) true ;; *) false ;; esac do
    tries=$((tries + 1))
    [ $tries -lt "$wait_s" ] || break
    sleep 1
  done
}

restart_units() {
  for unit in $units; do
    before=$(invocation_of "$unit")
    restart "$unit"
    [ "$(state_of "$unit")" = active ] || fail "$unit does not run after its restart: $(state_of "$unit")"
    [ "$(invocation_of "$unit")" != "$before" ] || fail "$unit was not restarted"
    echo "restarted=$unit"
  done
}

# In reverse order: what takes work is ended after what hands it on. Then all once more, since one may have begun another.
end_units() {
  backwards=''
  for unit in $units; do backwards="$unit $backwards"; done
  for unit in $backwards; do
    timeout "$wait_s" systemctl stop -- "$unit" >/dev/null 2>&1 9>&-
    echo "ended=$unit"
  done
  for unit in $units; do
    case $(state_of "$unit") in failed | inactive) ;; *) fail "$unit does not end: $(state_of "$unit")" ;; esac
  done
}

begin_again_or_rest() {
  for unit in $units; do
    before=$(invocation_of "$unit")
    restart "$unit"
    case $(state_of "$unit") in
      active) [ "$(invocation_of "$unit")" != "$before" ] || fail "$unit was not restarted: it still uses the new address" ;;
      failed | inactive) ;;
      *) fail "$unit does not come to rest: it may still use the new address" ;;
    esac
    echo "restarted=$unit"
  done
}

# What systemd has begun anew meanwhile did not stay up.
stay_up() {
  ids=$(for unit in $units; do invocation_of "$unit"; done)
  sleep "$stay_s"
  for unit in $units; do
    [ "$(state_of "$unit")" = active ] || fail "$unit does not stay up: $(state_of "$unit")"
  done
  [ "$ids" = "$(for unit in $units; do invocation_of "$unit"; done)" ] || fail 'a unit does not stay up: systemd has restarted it'
}

# is_healthy ERRORS: the first good answer may take as long as a unit's start; after it, each must be good. An application that answers with an error of
# its own has begun: it is let go on for that many of them only, since what it writes to the new database meanwhile does not come back with it.
is_healthy() {
  [ -n "$health" ] || return 0
  tries=0 good=0 errors=0
  while [ $good -lt "$times" ]; do
    code=$(request)
    case $code in
      [23]??) good=$((good + 1)) ;;
      *)
        # A proxy says 502 to 504 of what has not begun yet.
        case $code in [45]??) case $code in 429 | 50[234]) ;; *) errors=$((errors + 1)) ;; esac ;; esac
        [ $good -eq 0 ] && [ $tries -lt "$wait_s" ] && [ $errors -lt "$1" ] ||
          fail "the health request does not go through after the switch ($good of $times; last answer: ${code:-none})"
        ;;
    esac
    tries=$((tries + 1))
    [ $good -ge "$times" ] || sleep 1
  done
  echo "health=$good"
}

# Asks once, and prints the status of a whole answer.
request() {
  if command -v curl >/dev/null; then
    answered=$(curl -q -s --max-time 10 -o /dev/null -w '%{http_code}' -- "$health" 2>/dev/null 9>&-) && echo "$answered"
  else
    answered=$(timeout 10 wget -q -S -O /dev/null -- "$health" 2>&1 9>&-)
    # 8: the server answered with an error.
    case $? in 0 | 8) printf '%s\n' "$answered" | sed -n 's/^ *HTTP[^ ]* \([0-9]*\).*/\1/p' | tail -n 1 ;; esac
  fi
}

# From this host: there is a PostgreSQL server at the new address, and, where the login can be read from a file, it takes the application's.
reaches_new() {
  if has_login; then
    said=$(at_new 'select 1' 2>&1) || fail "the application cannot log in at $new from here: $(printf '%s\n' "$said" | because - | sed 's/"[^"]*"/***/g')"
    echo 'connect=login'
  elif command -v bash >/dev/null; then
    timeout 15 bash -c 'exec 3<>"/dev/tcp/$0/$1" && printf "\0\0\0\10\4\322\26\57" >&3 && IFS= read -r -n 1 -t 10 answer <&3 && [[ $answer == [SN] ]]' \
      "$new_host" "$new_port" 2>/dev/null 9>&- || fail "no PostgreSQL server answers at $new from here"
    echo 'connect=startup'
  else
    fail 'this host has neither psql nor bash: the new address cannot be tried from here'
  fi
}

# Whether a file holds the application's login, and a client is there to use it.
has_login() {
  file=''
  with_files login_file
  [ -n "$file" ] && command -v psql >/dev/null
}

# at_new SQL: what the new database answers to the application's login.
at_new() (
  url=$(value_of "$file" "$login_key")
  for part in user password db; do eval "login_$part=\$(printf '%s\n' \"\$url\" | of_url $part)"; done
  target_host=$new_host target_port=$new_port target_db=$login_db app_user=$login_user app_password=$login_password
  GUMSHOE_COPY_ID=switch GUMSHOE_TARGET_SSLMODE=$sslmode
  on app timeout 20 psql -XAtqw -F ' ' -c "$1" 9>&-
)

# Rows that were ever inserted, updated or deleted in each table of the new database, as its own statistics count them.
counts_at_new() {
  has_login || return
  at_new "select translate(concat_ws('.', nullif(schemaname, 'public'), relname), E' :\n', '???'), n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables" 2>/dev/null
}

# What was written to the new database since this host was switched: `table:rows …`, those with the most rows first; `none`; or `unseen`.
written_at_new() {
  if [ -f "$dir/counts" ] && counts=$(counts_at_new); then
    printf '%s\n' "$counts" | awk '
      NR == FNR { before[$1] = $2; next }
      $2 + 0 > before[$1] + 0 { print $2 - before[$1], $1 }
      $2 + 0 < before[$1] + 0 { print "reset" }' "$dir/counts" - | sort -k 1,1nr | awk -v most="$MOST_TABLES" '
      $1 == "reset" { reset = 1 }
      NR <= most { tables = tables (NR > 1 ? " " : "") $2 ":" $1 }
      END { print (reset ? "unseen" : NR == 0 ? "none" : NR > most ? tables " +" (NR - most) : tables) }'
  else
    echo unseen
  fi
}

login_file() {
  for key in $keys; do
    [ -z "$file" ] || return 0
    case $(value_of "$path" "$key") in *://*@*) file=$path login_key=$key ;; esac
  done
}

# ask_copy VERB: of the program that copied the database, as it stands on this host with its settings. Its words come with a name of their own.
ask_copy() {
  case $copy in '' | [!a-z0-9]* | *[!a-z0-9-]*) give_up 64 'the id of a copy is a word of a-z, 0-9 and -' ;; esac
  program=$base/copy-$copy/program
  [ -f "$program" ] || refuse "there is no copy $copy on this host"
  [ "$1" != fence ] || { set -- status; }
  said=$(GUMSHOE_COPY_ID=$copy GUMSHOE_COPY_BASE=$base timeout 540 /bin/sh "$program" "$1" 2>/dev/null)
  printf '%s\n' "$said" | grep -E '^(state|usable|fence|aside|unchanged|fingerprint|exit|reason)=' | sed 's/^/copy./'
  case $said in *exit=0*) ;; *) refuse "the copy says: $(printf '%s\n' "$said" | sed -n 's/^reason=//p' | tail -n 1)" ;; esac
}
