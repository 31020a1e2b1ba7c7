# Connections: where the two servers are, and whose password is used. A password is a variable of this shell, never exported; it stands in the
# environment of the one child that connects.

newline='
'
# Nothing may differ in how two servers write the same value; row security must be an error, not fewer rows.
session_settings='-c search_path= -c row_security=off -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0
 -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex -c timezone=UTC -c lc_monetary=C -c xmloption=content
 -c standard_conforming_strings=on -c client_min_messages=warning'
session_settings=$(echo $session_settings)
# What is written to the target is made safe at the end, by one commit that waits for the disk.
target_settings='-c default_transaction_read_only=off -c synchronous_commit=off'
# A connection that was cut is noticed within a minute.
link='keepalives=1 keepalives_idle=20 keepalives_interval=10 keepalives_count=3 tcp_user_timeout=60000'

setting_names='GUMSHOE_COPY_MODE GUMSHOE_COPY_WORKERS GUMSHOE_COPY_PROOF_S GUMSHOE_COPY_EXPECTED_S GUMSHOE_TARGET_FREE_BYTES'
for side in APP SOURCE TARGET; do
  for part in HOST PORT DB USER SSLMODE SSLROOTCERT ENV_FILE URL_KEY PASSWORD_KEY SECRET_ARN MAINTENANCE_DB; do
    setting_names="$setting_names GUMSHOE_${side}_$part"
  done
done

# from_env_file FILE KEY: the value, read as systemd reads an EnvironmentFile: quotes, escapes, lines that go on; the last assignment counts.
from_env_file() {
  [ -f "$1" ] && [ -r "$1" ] || return 1
  awk -v key="$2" '
    function done() { if (state != "key") { sub(/[ \t\r]+$/, "", loose); if (name == key) { value = whole loose; found = 1 } } name = whole = loose = ""; state = "key" }
    { text = text $0 "\n" }
    END {
      state = "key"
      for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (state == "comment") { if (c == "\n") state = "key" }
        else if (state == "key") {
          if (c == "\n") name = ""
          else if (name == "" && (c == "#" || c == ";")) state = "comment"
          else if (c == "=") { sub(/[ \t]+$/, "", name); state = "before" }
          else if (name != "" || c !~ /[ \t]/) name = name c
        }
        else if (state == "single") { if (c == "\047") state = "before"; else whole = whole c }
        else if (state == "double") {
          if (c == "\"") state = "before"
          else if (c != "\\") whole = whole c
          else { c = substr(text, ++i, 1); if (c ~ /["\\`$]/) whole = whole c; else if (c != "\n") whole = whole "\\" c }
        }
        else if (c == "\n") done()
        else if (c == "\\") { whole = whole loose; loose = ""; c = substr(text, ++i, 1); if (c != "\n") whole = whole c; state = "plain" }
        else if (state == "before" && c == "\047") state = "single"
        else if (state == "before" && c == "\"") state = "double"
        else if (state == "plain" || c !~ /[ \t]/) { state = "plain"; loose = loose c }
      }
      done()
      if (!found) exit 1
      printf "%s", value
    }' "$1"
}

# of_url PART <URL: user, password, host, port or db of a database URL, with %xx decoded.
of_url() {
  awk -v part="$1" '
    function plain(s,   out, at) {
      while (at = match(s, /%[0-9A-Fa-f][0-9A-Fa-f]/)) {
        out = out substr(s, 1, at - 1) sprintf("%c", 16 * (index("0123456789abcdef", tolower(substr(s, at + 1, 1))) - 1) + index("0123456789abcdef", tolower(substr(s, at + 2, 1))) - 1)
        s = substr(s, at + 3)
      }
      return out s
    }
    NR == 1 {
      if (!match($0, /^[a-z0-9+]+:\/\//)) exit 1
      rest = substr($0, RLENGTH + 1)
      sub(/[?#].*/, "", rest)
      if (at = index(rest, "/")) { db = substr(rest, at + 1); rest = substr(rest, 1, at - 1) }
      while (at = index(rest, "@")) { who = who (who == "" ? "" : "@") substr(rest, 1, at - 1); rest = substr(rest, at + 1) }
      if (at = index(who, ":")) { password = substr(who, at + 1); who = substr(who, 1, at - 1) }
      if (match(rest, /:[0-9]+$/)) { port = substr(rest, RSTART + 1); rest = substr(rest, 1, RSTART - 1) }
      printf "%s", plain(part == "user" ? who : part == "password" ? password : part == "host" ? rest : part == "port" ? port : db)
    }'
}

# read_login SIDE: sets <side>_user, _host, _port, _db and _password from its settings, its URL or its secret; what is set by name comes first.
read_login() {
  upper=$(echo "$1" | tr a-z A-Z) url='' secret=''
  for part in ENV_FILE URL_KEY PASSWORD_KEY SECRET_ARN HOST PORT DB USER; do eval "given_$part=\${GUMSHOE_${upper}_$part:-}"; done
  if [ -n "$given_URL_KEY" ]; then
    url=$(from_env_file "$given_ENV_FILE" "$given_URL_KEY") || refuse "$given_ENV_FILE has no $given_URL_KEY that can be read"
    password=$(printf '%s\n' "$url" | of_url password) || refuse "$given_URL_KEY in $given_ENV_FILE is not a database URL"
  elif [ -n "$given_PASSWORD_KEY" ]; then
    password=$(from_env_file "$given_ENV_FILE" "$given_PASSWORD_KEY") || refuse "$given_ENV_FILE has no $given_PASSWORD_KEY that can be read"
  elif [ -n "$given_SECRET_ARN" ]; then
    secret=$(read_secret "$given_SECRET_ARN") || refuse "${secret:-the secret of the $1 cannot be read}"
    password=$(printf '%s\n' "$secret" | of_json password) || refuse "the secret of the $1 has no password in it"
    [ -n "$given_USER" ] || given_USER=$(printf '%s\n' "$secret" | of_json username)
  else
    refuse "nothing says where the password of the $1 is"
  fi
  [ -n "$password" ] || refuse "the password of the $1 is empty"
  for part in user host port db; do
    eval "value=\$given_$(echo $part | tr a-z A-Z)"
    [ -n "$value" ] || [ -z "$url" ] || value=$(printf '%s\n' "$url" | of_url $part)
    eval "$1_$part=\$value"
  done
  eval "$1_password=\$password"
  url='' secret='' password=''
}

read_logins() {
  source_user='' target_user='' app_user=''
  for side in app source target; do read_login $side; done
  source_db=${source_db:-$app_db}
  source_port=${source_port:-5432} target_port=${target_port:-5432} target_db=${target_db:-$source_db}
  for side in source target; do
    eval "[ -n \"\$${side}_host\" ] && [ -n \"\$${side}_user\" ] && [ -n \"\$${side}_db\" ]" || refuse "the $side has no host, user or database name"
  done
  [ -n "$app_user" ] || refuse 'the application has no user name'
}

# on SIDE PROGRAM…: with the connection of the source, its maintenance database (outside), the target, that of the target (server), or the application at
# the target.
on() {
  server=target upper=TARGET login=target options="$session_settings $target_settings" database=''
  case $1 in
    source | outside) server=source upper=SOURCE login=source options=$session_settings ;;
    app) login=app options='' ;;
  esac
  case $1 in outside | server) eval "database=\${GUMSHOE_${upper}_MAINTENANCE_DB:-postgres}" ;; esac
  shift
  eval "PGHOST=\$${server}_host PGPORT=\$${server}_port PGDATABASE=\${database:-\$${server}_db} PGUSER=\$${login}_user PGPASSWORD=\$${login}_password \
    PGSSLMODE=\${GUMSHOE_${upper}_SSLMODE:-prefer} PGSSLROOTCERT=\${GUMSHOE_${upper}_SSLROOTCERT:-} PGOPTIONS=\$options \
    PGAPPNAME=gumshoe-copy-\$GUMSHOE_COPY_ID \"\$@\""
}

strict='-v ON_ERROR_STOP=1 -v VERBOSITY=terse'

# ask SIDE PSQL-OPTIONS… <SQL: rows as text. What psql says of errors is kept for `because`. What is said often in SQL has a name there.
ask() {
  to=$1
  shift
  on "$to" psql -XAtq $strict -v app="$app_user" -v db="$target_db" -v id="$GUMSHOE_COPY_ID" -v at="$source_db" -v was="$was" -v aside="$aside" \
    -v here="(select oid from pg_database where datname = current_database())" \
    -v who="case grantee when 0 then 'public' else grantee::regrole::text end" \
    -v in_extensions="(select classid, objid from pg_depend where deptype = 'e')" \
    -v memberships="(select member, roleid from pg_auth_members m where $no_administrators and to_jsonb(m) ->> 'set_option' is distinct from 'false')" \
    -v administrators="(select member from pg_auth_members where not $no_administrators)" \
    -d "$link" "$@" 2>"$mem/$to.err"
}
# Of AWS's administrators a copy makes ordinary roles. Since PostgreSQL 16 a role is a member of what it made, and need not be able to become it.
no_administrators="(roleid::regrole::text <> 'rds_superuser')"

# need SENTENCE SIDE PSQL-OPTIONS… <SQL: as `ask`; without an answer the copy fails, with the sentence and what psql says.
need() {
  sentence=$1
  shift
  ask "$@" || fail "$sentence: $(because "$mem/$1.err")"
}

# look SIDE PSQL-OPTIONS… <SQL: sets answer, or refuses.
look() {
  ask "$@" >"$mem/answer" || refuse "the $1 cannot be looked at: $(because "$mem/$1.err")"
  answer=$(cat "$mem/answer")
}

# because FILE…: the first error in what a program said, in one line, without a value that it may quote at its end.
because() {
  cat "$@" 2>/dev/null | awk '
    { line = $0 }
    /(ERROR|FATAL|PANIC|error): / { while (match(line, /(ERROR|FATAL|PANIC|error): +/)) line = substr(line, RSTART + RLENGTH); found = 1 }
    found || (first == "" && line != "") { if (first == "" || found) first = line }
    found { exit }
    END { sub(/: "[^"]*"$/, "", first); gsub(/[^ -~]/, "?", first); print substr(first, 1, 300) }'
}
