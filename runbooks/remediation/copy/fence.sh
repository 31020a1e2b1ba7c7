# The fence: the application's role cannot log in, nobody but the copy may connect, and that is proven. A setting such as
# default_transaction_read_only is none: each session may change it.

# What the database's privileges and the role say, in one form before and after.
fence_facts="select 'login ' || rolcanlogin from pg_roles where rolname = :'app'
union all select concat_ws(' ', 'grant', case grantee when 0 then 'public' else grantee::regrole::text end, is_grantable)
  from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) where datname = current_database() and privilege_type = 'CONNECT' order by 1;"

# Everything or nothing; with rollback, it tells before a freeze whether it could be done.
fence_with() {
  ask source >"$mem/still" <<SQL
begin;
select format('grant connect on database %I to %I', current_database(), current_user) where current_user <> :'app' \gexec
select format('revoke connect on database %I from %s', current_database(), case grantee when 0 then 'public' else grantee::regrole::text end)
  from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
  where datname = current_database() and privilege_type = 'CONNECT' and grantee <> current_user::regrole \gexec
alter role :"app" nologin;
select 'the role ' || quote_ident(rolname) || ' could still connect' from pg_roles
  where rolcanlogin and not rolsuper and rolname <> current_user and has_database_privilege(oid, (select oid from pg_database where datname = current_database()), 'connect')
union all select 'the application''s role could still log in' from pg_roles where rolname = :'app' and rolcanlogin limit 1;
$1;
SQL
}

check_fence() {
  [ "$source_user" != "$app_user" ] || refuse 'the source is reached as the application itself, which the fence shuts out: another user is needed'
  set -- $(found application)
  [ "${2:-}" = t ] || [ -s "$dir/undo" ] || refuse 'the application already cannot log in to the source: another fence, or a person, has shut it out'
  fence_with rollback || refuse "the fence could not be raised: $(because "$mem/source.err")"
  [ ! -s "$mem/still" ] || refuse "the fence would not hold: $(one_line "$mem/still")"
}

# How it is undone is written down before anything is done.
phase_fence() {
  ask source >"$mem/before" <<SQL || fail "the fence could not be raised: $(because "$mem/source.err")"
$fence_facts
SQL
  ask source >"$mem/undo" <<'SQL' || fail "the fence could not be raised: $(because "$mem/source.err")"
with acl as (select a.* from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a
  where datname = current_database() and privilege_type = 'CONNECT')
select 'begin;'
union all select format('alter role %I login;', rolname) from pg_roles where rolname = :'app' and rolcanlogin
union all select format('grant connect on database %I to %s%s;', current_database(), case grantee when 0 then 'public' else grantee::regrole::text end,
  case when is_grantable then ' with grant option' else '' end) from acl where grantee <> current_user::regrole
union all select format('revoke connect on database %I from %I;', current_database(), current_user)
  where not exists (select from acl where grantee = current_user::regrole)
union all select 'commit;'
SQL
  cp "$mem/before" "$dir/before" && cp "$mem/undo" "$dir/.undo" && mv "$dir/.undo" "$dir/undo" && put fence raising ||
    fail "$dir cannot be written to: is the disk full?"
  fence_with commit || fail "the fence could not be raised: $(because "$mem/source.err")"
  [ ! -s "$mem/still" ] || fail "the fence does not hold: $(one_line "$mem/still")"
  put fence up
  end_sessions
}

# others: how many sessions of others there are in the source. rdsadmin is AWS itself, whom nobody can end.
others() {
  ask source -c "select count(*) $of_others"
}
of_others="from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and usesysid is not null
  and usename is distinct from 'rdsadmin'"

end_sessions() {
  tries=0
  until [ "$(others)" = 0 ]; do
    tries=$((tries + 1))
    [ $tries -le 15 ] || fail "a session in the source does not end: $(ask source -c "select 'user ' || quote_ident(usename) $of_others limit 1") $(because "$mem/source.err")"
    ask source -c "select pg_terminate_backend(pid) $of_others" >/dev/null
    sleep 1
  done
}

# reading FILE: what writing to any table or sequence would change. Ended sessions have handed in their counts.
reading() {
  ask source >"$1" <<'SQL' || fail "the source cannot be looked at: $(because "$mem/source.err")"
select 'select * from (' || coalesce(string_agg(format('select %L || '' '' || md5(concat_ws('','', last_value, is_called)) from %s',
  'sequence ' || replace(oid::regclass::text, e'\n', '?'), oid::regclass), ' union all '), 'select '''' where false') || ') s order by 1'
  from pg_class where relkind = 'S' and relpersistence <> 't' \gexec
select 'table ' || replace(relid::regclass::text, e'\n', '?') || ' ' || md5(concat_ws(',', relid, n_tup_ins, n_tup_upd, n_tup_del)) from pg_stat_user_tables order by 1;
SQL
}

# same_reading A B: names what was written to between two readings.
same_reading() {
  sort "$1" >"$mem/first" && sort "$2" >"$mem/second"
  cmp -s "$mem/first" "$mem/second" || differ "the source was written to behind the fence: $(comm -3 "$mem/first" "$mem/second" | head -n 1 | sed 's/^	//; s/ [0-9a-f]*$//')"
}

# Log positions are no proof: vacuum and checkpoints move them too.
phase_prove() {
  sleep 1
  reading "$mem/reading.1"
  sleep "$proof_s"
  reading "$mem/reading.2"
  same_reading "$mem/reading.1" "$mem/reading.2"
  [ "$(others)" = 0 ] || { sleep 1 && [ "$(others)" = 0 ]; } || fail 'there is a session of somebody else in the source behind the fence'
  cp "$mem/reading.2" "$dir/proof" && put fence proven
}

verb_prove() {
  with_logins
  [ -s "$dir/proof" ] || give_up 66 'this copy has proven no fence'
  ask source >"$mem/now" <<SQL || refuse "the source does not answer: $(because "$mem/source.err")"
select 'yes' from pg_roles where rolname = :'app' and not rolcanlogin;
SQL
  [ -s "$mem/now" ] || differ 'the application can log in to the source: the fence is down'
  [ "$(others)" = 0 ] || { sleep 1 && [ "$(others)" = 0 ]; } || differ 'there is a session of somebody else in the source'
  reading "$mem/now"
  same_reading "$dir/proof" "$mem/now"
  echo 'unchanged=yes'
  echo 'reason='
  echo 'exit=0'
}

# For the verbs that ask the servers without a run.
with_logins() {
  choose_memory
  trap 'rm -rf -- "$mem"' EXIT
  read_logins
}

# Repeated, it does the same again and changes nothing; what it did is proven by the facts of before.
verb_unfence() {
  if running; then give_up 75 'the copy still runs: stop it first'; fi
  if [ -s "$dir/undo" ]; then
    with_logins
    ask source -f "$dir/undo" >/dev/null || fail "the fence could not be taken down: $(because "$mem/source.err")"
    ask source >"$mem/after" <<SQL || fail "the source does not answer: $(because "$mem/source.err")"
$fence_facts
SQL
    cmp -s "$dir/before" "$mem/after" || differ 'the fence is down, and privileges are not as they were: somebody else changed them meanwhile'
    put fence down
  fi
  echo "fence=$(get fence)"
  echo 'reason='
  echo 'exit=0'
}
