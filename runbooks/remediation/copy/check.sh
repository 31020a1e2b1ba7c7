# What must be so before anything is changed. What a copy would lose is refused by its name.

verb_check() {
  check_settings
  choose_memory
  trap 'rm -rf -- "$mem"' EXIT
  read_logins
  phase_check
  echo 'reason='
  echo 'exit=0'
}

phase_check() {
  check_servers
  check_features
  check_target
  check_roles
  check_extensions
  keep_privileges
  [ "$mode" != copy ] || check_fence
}

check_servers() {
  source_version=$(ask source -c 'show server_version_num') || refuse "the source does not answer: $(because "$mem/source.err")"
  server_version=$(ask server -c 'show server_version_num') || refuse "the target does not answer: $(because "$mem/server.err")"
  client=$(pg_dump --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
  [ "$((source_version / 10000))" -eq "$((server_version / 10000))" ] ||
    refuse "the source is PostgreSQL $((source_version / 10000)), the target $((server_version / 10000)): a copy changes no version"
  [ "$client" -ge "$((source_version / 10000))" ] || refuse "pg_dump of this host is $client, older than the servers ($((source_version / 10000)))"
  [ "$((source_version / 10000))" -ge 12 ] || refuse 'the servers are older than PostgreSQL 12'
}

# One sentence per thing that a copy could not bring over.
check_features() {
  look source <<'SQL'
with own as (
  select c.oid, c.relkind, c.relpersistence, c.reltablespace, c.relnamespace from pg_class c
  where c.relnamespace not in (select oid from pg_namespace where nspname in ('information_schema', 'pg_toast') or nspname ~ '^pg_(temp|toast_temp)_')
    and c.oid >= 16384 and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))
select said from (
  select 'unlogged: ' || oid::regclass || ' is not in a backup and is not copied' from own where relpersistence = 'u' and relkind in ('r', 'S', 'm')
  union all select 'in pg_catalog: ' || oid::regclass from own where relnamespace = 'pg_catalog'::regnamespace and relkind in ('r', 'v', 'S', 'm', 'p', 'f')
  union all select 'foreign table: ' || oid::regclass from own where relkind = 'f'
  union all select 'foreign server: ' || quote_ident(srvname) from pg_foreign_server
  union all select 'tablespace: ' || oid::regclass || ' is in one of its own' from own where reltablespace <> 0
  union all select 'tablespace: the database is in one of its own' from pg_database where datname = current_database() and dattablespace <> 1663
  union all select 'publication: ' || quote_ident(pubname) from pg_publication
  union all select 'subscription: ' || quote_ident(subname) from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())
  union all select 'prepared transaction: one waits for its end' from pg_prepared_xacts where database = current_database()
  union all select 'event trigger: ' || quote_ident(evtname) from pg_event_trigger e
    where not exists (select from pg_depend d where d.classid = 'pg_event_trigger'::regclass and d.objid = e.oid and d.deptype = 'e')
  union all select 'row security: ' || oid::regclass || ' shows this user not all of its rows' from own where relkind in ('r', 'p') and row_security_active(oid)
  union all select 'no privilege: ' || oid::regclass || ' may not be read by this user' from own
    where relkind in ('r', 'p') and not has_table_privilege(oid, 'select') or relkind = 'S' and not has_sequence_privilege(oid, 'select')
  union all select 'language: ' || quote_ident(lanname) || ' is not part of an extension' from pg_language l
    where oid >= 16384 and not exists (select from pg_depend d where d.classid = 'pg_language'::regclass and d.objid = l.oid and d.deptype = 'e')
  union all select 'function in C: ' || p.oid::regprocedure from pg_proc p join pg_language l on l.oid = prolang and lanname in ('c', 'internal')
    where p.oid >= 16384 and prokind <> 'a' and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
  union all select 'extension: ' || quote_ident(extname) || ' keeps rows of its own in ' || extconfig[1]::regclass from pg_extension where extconfig <> '{}'
  union all select 'database privilege: CONNECT was granted by ' || a.grantor::regrole || ', who is not its owner, and could not be put back'
    from pg_database, aclexplode(datacl) a where datname = current_database() and a.grantor <> datdba
  union all select 'setting: ' || split_part(setting, '=', 1) || ' is a list, and lists other than search_path are not copied' from pg_db_role_setting, unnest(setconfig) setting
    where setdatabase = (select oid from pg_database where datname = current_database()) and setting ~ '^(temp_tablespaces|(session|local|shared)_preload_libraries|unix_socket_directories)='
) refused (said) order by said limit 1
SQL
  [ -z "$answer" ] || refuse "the source has what cannot be copied: $answer"
  check_large_objects
}

# As one transaction, since a large object is open until its end; 256 MB is what can be compared within the memory of a small server.
check_large_objects() {
  ask source >"$mem/features" <<'SQL' || refuse "the source has what cannot be copied: a large object that this user may not read: $(because "$mem/source.err")"
select said from (
  select 'large object ' || oid || ' has privileges of its own' as said from pg_largeobject_metadata where lomacl is not null
  union all select 'large object ' || objoid || ' has a comment' from pg_description where classoid = 'pg_largeobject'::regclass
  union all select 'large object ' || oid || ' is over 256 MB' from pg_largeobject_metadata where lo_lseek64(lo_open(oid, 262144), 0, 2) > 268435456
) refused limit 1
SQL
  [ ! -s "$mem/features" ] || refuse "the source has what cannot be copied: $(one_line "$mem/features")"
}

one_line() {
  tr -c '[:print:]' ' ' <"$1" | cut -c 1-300
}

check_target() {
  database_facts="select concat_ws(' ', pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider, daticulocale)
    from pg_database where datname = current_database()"
  [ "$source_version" -ge 150000 ] || database_facts="select concat_ws(' ', pg_encoding_to_char(encoding), datcollate, datctype)
    from pg_database where datname = current_database()"
  look source -c "$database_facts"
  facts=$answer
  check_room
  marker=$(target_marker) || refuse "the target cannot be looked at: $(because "$mem/server.err")"
  case $marker in
    none) return ;;
    'made gumshoe-copy '*) return ;;
  esac
  [ "$mode" = copy ] || refuse "the scratch database of a rehearsal is there already, and is not one that a rehearsal made"
  look target -c "$database_facts"
  [ "$facts" = "$answer" ] || refuse "the target has another encoding or collation than the source, which has: $facts"
  look target -c "select count(*) from (select 1 from pg_class where oid >= 16384 and relnamespace <> 99 and relkind <> 't'
    union all select 1 from pg_proc where oid >= 16384 union all select 1 from pg_namespace where oid >= 16384 and nspname !~ '^pg_'
    union all select 1 from pg_type where oid >= 16384 union all select 1 from pg_largeobject_metadata) c"
  [ "$answer" = 0 ] || refuse 'the target is not empty, and is not one that a copy left unfinished'
}

# none, else the comment of the target's database: one that a copy made itself says so until the copy is whole.
target_marker() {
  ask server <<'SQL'
select coalesce((select coalesce(case when d ~ '^gumshoe-copy [a-z0-9-]+ unfinished$' then 'made ' || d end, 'there')
  from pg_database, shobj_description(oid, 'pg_database') d where datname = :'db'), 'none')
SQL
}

# A disk that is full ends a copy in its middle; only the caller can ask AWS how much of it is free.
check_room() {
  [ -n "${GUMSHOE_TARGET_FREE_BYTES:-}" ] || return 0
  look source -c 'select pg_database_size(current_database())'
  size=$answer
  [ "$GUMSHOE_TARGET_FREE_BYTES" -ge $((size + size / 4)) ] ||
    refuse "the target has $GUMSHOE_TARGET_FREE_BYTES bytes free; the source has $size, and a quarter more is needed for its log"
}

check_roles() {
  look source <<'SQL'
select coalesce(string_agg(format('(%L, %L::boolean)', rolname, owns), ','), '(null, null::boolean)') from (select rolname, bool_or(owns) as owns from (
  select refobjid as role, deptype = 'o' as owns from pg_shdepend where refclassid = 'pg_authid'::regclass and (dbid = (select oid from pg_database where datname = current_database())
    or classid = 'pg_database'::regclass and objid = (select oid from pg_database where datname = current_database()))
  union all select relowner, true from pg_class c where c.oid >= 16384 and relkind in ('r', 'v', 'm', 'S', 'p') and relpersistence <> 't'
    and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype in ('e', 'i'))) used
  join pg_roles on oid = role where rolname <> :'app' and rolname !~ '^pg_' group by 1) names
SQL
  names=$answer
  look server <<SQL
select case when oid is null then 'the role ' || quote_ident(name) || ' owns or may use something in the source, and is not on the target: make it there first'
  else 'the role ' || quote_ident(name) || ' owns something in the source, and the target''s user is no member of it' end
  from (values $names) w (name, owns) left join pg_roles on rolname = name where name is not null and (oid is null or owns and not pg_has_role(oid, 'usage')) limit 1
SQL
  [ -z "$answer" ] || refuse "$answer"
  look source <<'SQL'
select count(*) from pg_roles where rolname = :'app' and not rolsuper and not rolreplication and not rolbypassrls
SQL
  [ "$answer" = 1 ] || refuse "the application's role is not on the source, or is a superuser, or may replicate or pass by row security"
}

check_extensions() {
  look source -c "select string_agg(format('(%L,%L)', extname, extversion), ',') from pg_extension where extname <> 'plpgsql'"
  [ -n "$answer" ] || return 0
  look server -c "select name || ' ' || version from (values $answer) w (name, version)
    where (name, version) not in (select name, version from pg_available_extension_versions) limit 1"
  [ -z "$answer" ] || refuse "the target does not offer the extension $answer"
}
