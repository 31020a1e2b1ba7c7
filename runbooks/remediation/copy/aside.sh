# The fence where the copy logs in as the application itself, which owns the database and may rename it: the database is set aside under another name, from
# its server's maintenance database. Who knows the old name is told that there is no such database. By its number it is known, however it is called.

# find_source: what the source is called now, and from where its fence is raised: from within, or from outside. Fails where nobody can be asked.
find_source() {
  gate=source was=${was:-$source_db} aside=''
  [ "$mode" = copy ] && [ "$source_user" = "$app_user" ] || return 0
  gate=outside
  aside=$(printf '%s' "$was" | tr -c 'A-Za-z0-9_.-' _ | cut -c "1-$((54 - ${#GUMSHOE_COPY_ID}))")-gumshoe-$GUMSHOE_COPY_ID
  [ -s "$dir/number" ] || return 0
  called=$(ask outside -v number="$(get number)" <<'SQL'
select datname from pg_database where oid = :number
SQL
  ) || return 1
  source_db=$called
  [ -n "$source_db" ] || refuse "neither $was nor $aside is the database any more that this copy has fenced"
}

not_found() {
  refuse "the source does not answer: $(because "$mem/outside.err")"
}

# number_source: writes down by what it is known.
number_source() {
  [ "$gate" = outside ] || return 0
  number=$(need 'the fence could not be raised' outside <<'SQL'
select oid from pg_database where datname = :'at'
SQL
  ) || exit
  put aside "$aside" && put number "$number"
}

# Of superusers, which are AWS itself, nobody can end a session: one that has stood for a minute would be in the way.
check_aside() {
  ask outside >"$mem/still" <<'SQL' || refuse "the database cannot be set aside: it takes ${GUMSHOE_SOURCE_MAINTENANCE_DB:-postgres}, which does not answer: $(because "$mem/outside.err")"
select said from pg_database d, pg_roles r, lateral (
  select 'the application does not own it' where not pg_has_role(datdba, 'usage')
  union all select 'the application may not create databases (CREATEDB), and so not rename one' where not r.rolcreatedb
  union all select 'there is a database ' || quote_ident(:'aside') || ' already' from pg_database where datname = :'aside'
  union all select 'the application may not end the session of ' || quote_ident(s.usename) from pg_stat_activity s join pg_roles o on o.oid = s.usesysid
    where s.datname = :'at' and case when o.rolsuper or s.usename = 'rdsadmin' then s.backend_start < now() - interval '1 minute'
      else not pg_has_role(s.usesysid, 'usage') and not pg_has_role('pg_signal_backend', 'usage') end
) refused (said) where d.datname = :'at' and r.rolname = current_user limit 1;
SQL
  [ ! -s "$mem/still" ] || refuse "the database cannot be set aside: $(one_line "$mem/still")"
}

set_aside() {
  name_source "$aside" rename_aside
}

rename_aside() {
  fence_with 'alter database :"at" rename to :"aside"; alter database :"aside" allow_connections true;' commit
}

bring_back() {
  no_second || fail "a database $was was made anew: before that one is gone, the one that was set aside as $aside cannot have its name again"
  name_source "$was" undo_aside
  # Killed before it was set aside, it may stand closed under its own name.
  undo_aside || not_found
}

undo_aside() {
  ask outside -f "$dir/undo" >/dev/null
}

no_second() {
  second=$(ask outside -v number="$(get number)" <<'SQL'
select count(*) from pg_database where datname = :'was' and oid <> :number
SQL
  ) || not_found
  [ "$second" = 0 ]
}

# name_source NAME DEED: shut, so that nobody comes anew, and without a session the database can be given a name. How a deed came out is looked for, since its
# answer may have been lost; what AWS does there may be in its way for some seconds.
name_source() {
  turns=0
  until find_source && [ "$source_db" = "$1" ]; do
    turns=$((turns + 1))
    [ $turns -le 6 ] || fail "the database cannot be called $1: $said"
    ask outside >/dev/null <<'SQL' && end_sessions "$of_others" && "$2" || { said=$(because "$mem/outside.err") && sleep 1; }
alter database :"at" allow_connections false;
SQL
  done
}
