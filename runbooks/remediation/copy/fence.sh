# The fence: the application's role cannot log in, nobody but the copy may connect, and that is proven. A setting such as
# default_transaction_read_only is none: each session may change it. Where the copy logs in as the application itself, aside.sh tells what else closes it.

# What the database's privileges and the role say, in one form before and after.
fence_facts="select 'login ' || rolcanlogin from pg_roles where rolname = :'app'
union all select concat_ws(' ', 'grant', :who, is_grantable)
  from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) where datname = :'at' and privilege_type = 'CONNECT' order by 1;"

# fence_with CLOSING END: everything or nothing; with rollback, it tells before a freeze whether it could be done.
fence_with() {
  ask "$gate" >"$mem/still" <<SQL
begin;
select format('grant connect on database %I to %I', :'at', current_user) \gexec
select format('revoke connect on database %I from %s', :'at', :who)
  from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
  where datname = :'at' and privilege_type = 'CONNECT' and grantee <> current_user::regrole \gexec
select 'the role ' || quote_ident(rolname) || ' could still connect' from pg_roles
  where rolcanlogin and not rolsuper and rolname not in (current_user, :'app') and has_database_privilege(rolname, :'at', 'connect') limit 1;
$1
$2;
SQL
}
no_login="alter role :\"app\" nologin;
select 'the application''s role could still log in' from pg_roles where rolname = :'app' and rolcanlogin;"

check_fence() {
  case $gate in
    source)
      set -- $(found application)
      [ "${2:-}" = t ] || [ -s "$dir/undo" ] || refuse 'the application already cannot log in to the source: another fence, or a person, has shut it out'
      closing=$no_login ;;
    outside)
      [ "$source_db" = "$was" ] || return 0
      check_aside
      closing='alter database :"at" allow_connections false;' ;;
  esac
  fence_with "$closing" rollback || refuse "the fence could not be raised: $(because "$mem/$gate.err")"
  [ ! -s "$mem/still" ] || refuse "the fence would not hold: $(one_line "$mem/still")"
}

# How it is undone is written down before anything is done.
phase_fence() {
  need 'the fence could not be raised' "$gate" >"$mem/before" <<SQL
$fence_facts
SQL
  need 'the fence could not be raised' "$gate" >"$mem/undo" <<'SQL'
with acl as (select a.* from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a
  where datname = :'at' and privilege_type = 'CONNECT')
select 'begin;'
union all select format('select format(''alter database %%I rename to %%I'', datname, %1$L) from pg_database where oid = %2$s and datname <> %1$L \gexec', datname, oid)
  from pg_database where datname = :'at' and :'aside' <> ''
union all select format('alter role %I login;', rolname) from pg_roles where rolname = :'app' and rolcanlogin and :'aside' = ''
union all select format('grant connect on database %I to %s%s;', :'at', :who,
  case when is_grantable then ' with grant option' else '' end) from acl where grantee <> current_user::regrole
union all select format('revoke connect on database %I from %I;', :'at', current_user)
  where not exists (select from acl where grantee = current_user::regrole)
union all select format('alter database %I allow_connections true;', :'at') where :'aside' <> ''
union all select 'commit;'
SQL
  number_source && cp "$mem/before" "$dir/before" && cp "$mem/undo" "$dir/.undo" && mv "$dir/.undo" "$dir/undo" && put fence raising ||
    fail "$dir cannot be written to: is the disk full?"
  case $gate in
    source) fence_with "$no_login" commit || fail "the fence could not be raised: $(because "$mem/source.err")" ;;
    outside) set_aside ;;
  esac
  [ ! -s "$mem/still" ] || fail "the fence does not hold: $(one_line "$mem/still")"
  put fence up
  end_sessions "$of_others"
}

# sessions WHICH COLUMNS: of others than this one. rdsadmin is AWS itself, whom nobody can end.
sessions() {
  ask "$gate" <<SQL
select $2 from pg_stat_activity where pid <> pg_backend_pid() and $1;
SQL
}
of_others="datname = :'at' and usesysid is not null and usename is distinct from 'rdsadmin'"
of_this_copy="application_name = 'gumshoe-copy-' || :'id'"

end_sessions() {
  tries=0
  until [ "$(sessions "$1" 'count(*)')" = 0 ]; do
    tries=$((tries + 1))
    [ $tries -le 15 ] || fail "a session in the source does not end: $(sessions "$1" "'user ' || quote_ident(usename)" | head -n 1) $(because "$mem/$gate.err")"
    sessions "$1" 'pg_terminate_backend(pid)' >/dev/null
    sleep 1
  done
}

no_others() {
  [ "$(sessions "$of_others" 'count(*)')" = 0 ]
}

# reading FILE: what writing to any table or sequence would change. Ended sessions have handed in their counts.
reading() {
  need "the source cannot be looked at" source >"$1" <<'SQL'
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
  no_others || { sleep 1 && no_others; } || fail 'there is a session of somebody else in the source behind the fence'
  cp "$mem/reading.2" "$dir/proof" && put fence proven
}

verb_prove() {
  with_logins
  [ -s "$dir/proof" ] || give_up 66 'this copy has proven no fence'
  case $gate in
    source)
      ask source >"$mem/now" <<SQL || refuse "the source does not answer: $(because "$mem/source.err")"
select 'yes' from pg_roles where rolname = :'app' and not rolcanlogin;
SQL
      [ -s "$mem/now" ] || differ 'the application can log in to the source: the fence is down' ;;
    outside)
      [ "$source_db" != "$was" ] || differ "the database is called $was again: the fence is down"
      no_second || differ "a database $was was made anew, beside the one that was set aside" ;;
  esac
  no_others || { sleep 1 && no_others; } || differ 'there is a session of somebody else in the source'
  reading "$mem/now"
  same_reading "$dir/proof" "$mem/now"
  echo 'unchanged=yes'
  well
}

# For the verbs that ask the servers without a run.
with_logins() {
  choose_memory
  trap 'rm -rf -- "$mem"' EXIT
  read_logins
  find_source || not_found
}

# Repeated, it does the same again and changes nothing; what it did is proven by the facts of before.
verb_unfence() {
  if running; then give_up 75 'the copy still runs: stop it first'; fi
  alone || give_up 73 "$base cannot be written to"
  if [ -s "$dir/undo" ]; then
    sweep
    with_logins
    # What a killed run has sent may still be at work: only when it has ended is known what stands.
    end_sessions "$of_this_copy"
    case $gate in
      source) need 'the fence could not be taken down' source -f "$dir/undo" >/dev/null ;;
      outside) bring_back ;;
    esac
    need 'the source does not answer' source >"$mem/after" <<SQL
$fence_facts
SQL
    cmp -s "$dir/before" "$mem/after" || differ 'the fence is down, and privileges are not as they were: somebody else changed them meanwhile'
    put fence down
  fi
  echo "fence=$(get fence)"
  well
}
