# The login that stands in an environment file of this host. Its password is a variable of this shell, never exported; it stands in the environment
# of the one child that connects.

# What only looks gives up soon: a database in trouble has no need of one more session that waits.
look_settings='-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c default_transaction_read_only=on'
session_settings='-c datestyle=ISO -c timezone=UTC -c standard_conforming_strings=on -c client_min_messages=error'
# Between two values of a row; the server takes it out of every value.
gap=$(printf '\037')

# read_login: sets login_user, login_host, login_port, login_db, login_ssl and login_password, from the URL or from a password beside given names.
read_login() {
  env_file=${SSM_envFile:-} login_user=${SSM_user:-} login_host=${SSM_host:-} login_port=${SSM_port:-} login_db=${SSM_db:-} login_ssl=''
  if [ -n "${SSM_urlKey:-}" ]; then
    url=$(from_env_file "$env_file" "$SSM_urlKey") || refuse "$env_file has no $SSM_urlKey that can be read"
    login_password=$(printf '%s\n' "$url" | of_url password) || refuse "$SSM_urlKey in $env_file is not a database URL"
    # The URL says which database the application really uses.
    for part in user host port db; do eval "login_$part=\$(printf '%s\n' \"\$url\" | of_url $part)"; done
    login_ssl=$(printf '%s\n' "$url" | sed -n 's/^[^?]*[?]\(.*&\)\{0,1\}sslmode=\([a-z-]*\).*/\2/p')
    url=''
  else
    login_password=$(from_env_file "$env_file" "${SSM_passwordKey:-}") || refuse "$env_file has no ${SSM_passwordKey:-} that can be read"
  fi
  login_port=${login_port:-5432}
  [ -n "$login_user" ] && [ -n "$login_host" ] && [ -n "$login_db" ] || refuse 'the login has no user, host or database name'
  case $login_port in *[!0-9]*) refuse 'the port of the login is not a number' ;; esac
}

# tell NAME VALUE: one line, whatever stands in the value.
tell() {
  printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr -c '[:print:]' '?' | cut -c 1-200)"
}

tell_login() {
  tell login.user "$login_user"
  tell login.at "$login_host:$login_port/$login_db"
}

# ask SETTINGS PSQL-OPTIONS… <SQL: rows as text, values apart by the gap.
ask() {
  settings=$1
  shift
  PGHOST=$login_host PGPORT=$login_port PGDATABASE=$login_db PGUSER=$login_user PGPASSWORD=$login_password PGSSLMODE=${login_ssl:-prefer} \
    PGAPPNAME=${app_name:-gumshoe} PGOPTIONS="$session_settings $settings" psql -XAtq -F "$gap" -v ON_ERROR_STOP=1 -v VERBOSITY=terse \
    -d 'keepalives=1 keepalives_idle=20 keepalives_interval=10 keepalives_count=3 tcp_user_timeout=60000' "$@" 2>"$said"
}

# look PSQL-OPTIONS… <SQL: sets answer, or refuses with what the server said.
look() {
  answer=$(ask "$look_settings" "$@") || refuse "the database cannot be looked at: $(because "$said")"
}
