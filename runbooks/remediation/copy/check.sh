# What must be so before anything is changed. What a copy would lose is refused by its name.

verb_check() {
  check_settings
  choose_memory
  trap 'rm -rf -- "$mem"' EXIT
  read_logins
  find_source || not_found
  phase_check
  echo "aside=$aside"
  echo "loses=$(found loses)"
  well
}

phase_check() {
  look_at_source
  look_at_server
  check_versions
  check_features
  check_target
  check_roles
  check_extensions
  [ "$mode" != copy ] || check_fence
}

# found NAME: what a question of the two looks was answered. Each look is one session, since a connection costs more than all that is asked in it.
found() {
  cat "$mem/found/$1"
}

# Privileges are kept before the fence takes them away. Large objects come last, all in one transaction: each is open until its end. Of features there is
# one sentence per thing that a copy could not bring over; 256 MB is what can be compared within the memory of a small server.
look_at_source() {
  mkdir -p "$mem/found"
  ask source -v found="$mem/found" -v facts="$database_facts" <<'SQL' || source_not_seen
\o :found/source_version
show server_version_num;
\o :found/features
with own as (
  select c.oid, c.relkind, c.relpersistence, c.reltablespace, c.relnamespace from pg_class c
  where c.relnamespace not in (select oid from pg_namespace where nspname in ('information_schema', 'pg_toast') or nspname ~ '^pg_(temp|toast_temp)_')
    and c.oid >= 16384 and ('pg_class'::regclass, c.oid) not in :in_extensions)
select said from (
  select 'unlogged: ' || oid::regclass || ' is not in a backup and is not copied' from own where relpersistence = 'u' and relkind in ('r', 'S', 'm')
  union all select 'in pg_catalog: ' || oid::regclass from own where relnamespace = 'pg_catalog'::regnamespace and relkind in ('r', 'v', 'S', 'm', 'p', 'f')
  union all select 'foreign table: ' || oid::regclass from own where relkind = 'f'
  union all select 'foreign server: ' || quote_ident(srvname) from pg_foreign_server
  union all select 'tablespace: ' || oid::regclass || ' is in one of its own' from own where reltablespace <> 0
  union all select 'tablespace: the database is in one of its own' from pg_database where oid = :here and dattablespace <> 1663
  union all select 'publication: ' || quote_ident(pubname) from pg_publication
  union all select 'subscription: ' || quote_ident(subname) from pg_subscription where subdbid = :here
  union all select 'prepared transaction: one waits for its end' from pg_prepared_xacts where database = current_database()
  union all select 'event trigger: ' || quote_ident(evtname) from pg_event_trigger e
    where ('pg_event_trigger'::regclass, e.oid) not in :in_extensions
  union all select 'row security: ' || oid::regclass || ' shows this user not all of its rows' from own where relkind in ('r', 'p') and row_security_active(oid)
  union all select 'no privilege: ' || oid::regclass || ' may not be read by this user' from own
    where relkind in ('r', 'p') and not has_table_privilege(oid, 'select') or relkind = 'S' and not has_sequence_privilege(oid, 'select')
  union all select 'language: ' || quote_ident(lanname) || ' is not part of an extension' from pg_language l
    where oid >= 16384 and ('pg_language'::regclass, l.oid) not in :in_extensions
  union all select 'function in C: ' || p.oid::regprocedure from pg_proc p join pg_language l on l.oid = prolang and lanname in ('c', 'internal')
    where p.oid >= 16384 and prokind <> 'a' and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
  union all select 'extension: ' || quote_ident(extname) || ' keeps rows of its own in ' || extconfig[1]::regclass from pg_extension where extconfig <> '{}'
  union all select 'database privilege: CONNECT was granted by ' || a.grantor::regrole || ', who is not its owner, and could not be put back'
    from pg_database d, aclexplode(datacl) a where d.oid = :here and a.grantor <> datdba
  union all select 'setting: ' || split_part(setting, '=', 1) || ' is a list, and lists other than search_path are not copied' from pg_db_role_setting, unnest(setconfig) setting
    where setdatabase = :here and setting ~ '^(temp_tablespaces|(session|local|shared)_preload_libraries|unix_socket_directories)='
) refused (said) order by said limit 1;
\o :found/source_facts
:facts;
\o :found/roles
select coalesce(string_agg(format('(%L, %L::boolean)', rolname, owns), ','), '(null, null::boolean)') from (select rolname, bool_or(owns) as owns from (
  select refobjid as role, deptype = 'o' as owns from pg_shdepend where refclassid = 'pg_authid'::regclass and (dbid = :here
    or classid = 'pg_database'::regclass and objid = :here)
  union all select relowner, true from pg_class c where c.oid >= 16384 and relkind in ('r', 'v', 'm', 'S', 'p') and relpersistence <> 't'
    and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype in ('e', 'i'))
  union all select roleid, false from :memberships m where member = (select oid from pg_roles where rolname = :'app')) used
  join pg_roles on oid = role where rolname <> :'app' and rolname !~ '^pg_' group by 1) names;
\o :found/application
select count(*) from pg_roles where rolname = :'app' and not rolsuper and not rolreplication and not rolbypassrls;
select rolcanlogin from pg_roles where rolname = :'app';
\o :found/loses
with recursive own (role) as (select oid from pg_roles where rolname = :'app' union select roleid from :memberships m join own on member = role)
select concat_ws(' ', (select 'rds_superuser' from pg_roles where rolname = :'app' and oid in :administrators),
  (select 'createrole' from pg_roles where rolname = :'app' and rolcreaterole and oid in :administrators),
  (select 'tables=' || count(*) || ' ' || min(c.oid::regclass::text) from pg_class c
    where c.oid >= 16384 and relkind in ('r', 'p', 'v', 'm') and relpersistence <> 't' and ('pg_class'::regclass, c.oid) not in :in_extensions
      and has_table_privilege(:'app', c.oid, 'select, insert, update, delete') and relowner not in (select role from own)
      and not exists (select from aclexplode(relacl) where grantee in (select 0 union all select role from own))
      and not exists (select from own where role::regrole::text in ('pg_read_all_data', 'pg_write_all_data')) having count(*) > 0));
\o :found/extensions
select string_agg(format('(%L,%L)', extname, extversion), ',') from pg_extension where extname <> 'plpgsql';
\o :found/privileges.sql
select format('alter database :"db" owner to %I;', rolname) from pg_database d join pg_roles r on r.oid = datdba where datname = current_database() and not rolsuper;
select 'revoke all on database :"db" from public;';
select format('grant %s on database :"db" to %s%s;', privilege_type, :who,
  case when is_grantable then ' with grant option' else '' end)
  from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) where datname = current_database() and grantee <> datdba;
\o :found/objects
select said from (
  select 'large object ' || oid || ' has privileges of its own' as said from pg_largeobject_metadata where lomacl is not null
  union all select 'large object ' || objoid || ' has a comment' from pg_description where classoid = 'pg_largeobject'::regclass
  union all select 'large object ' || oid || ' is over 256 MB' from pg_largeobject_metadata where lo_lseek64(lo_open(oid, 262144), 0, 2) > 268435456
) refused limit 1;
SQL
}

source_not_seen() {
  because=$(because "$mem/source.err")
  [ ! -e "$mem/found/objects" ] || refuse "the source has what cannot be copied: a large object that this user may not read: $because"
  not_seen source "$because"
}

not_seen() {
  [ ! -s "$mem/found/$1_version" ] || refuse "the $1 cannot be looked at: $2"
  refuse "the $1 does not answer: $2"
}

# The target's server, without its database, which may not be there yet.
look_at_server() {
  names=$(found roles) extensions=$(found extensions)
  ask server -v found="$mem/found" <<SQL || not_seen target "$(because "$mem/server.err")"
\o :found/target_version
show server_version_num;
\o :found/marker
$marker_of_target
\o :found/missing_role
select case when oid is null then 'the role ' || quote_ident(name) || ' owns or may use something in the source, or is what the application is a member of, and is not on the target: make it there first'
  else 'the role ' || quote_ident(name) || ' owns something in the source, and the target''s user is no member of it' end
  from (values $names) w (name, owns) left join pg_roles on rolname = name where name is not null and (oid is null or owns and not pg_has_role(oid, 'usage')) limit 1;
\o :found/missing_extension
select name || ' ' || version from (values ${extensions:-(null, null)}) w (name, version)
  where name is not null and (name, version) not in (select name, version from pg_available_extension_versions) limit 1;
SQL
}

check_versions() {
  major=$(($(found source_version) / 10000)) target_major=$(($(found target_version) / 10000))
  client=$(pg_dump --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
  [ "$major" -eq "$target_major" ] || refuse "the source is PostgreSQL $major, the target $target_major: a copy changes no version"
  [ -n "$client" ] || refuse 'pg_dump of this host does not say which version it is'
  [ "$client" -ge "$major" ] || refuse "pg_dump of this host is $client, older than the servers ($major)"
  [ "$major" -ge 12 ] || refuse 'the servers are older than PostgreSQL 12'
}

check_features() {
  for each in features objects; do
    [ ! -s "$mem/found/$each" ] || refuse "the source has what cannot be copied: $(one_line "$mem/found/$each")"
  done
}

one_line() {
  tr -c '[:print:]' ' ' <"$1" | cut -c 1-300
}

check_target() {
  check_room
  case $(found marker) in
    none) return ;;
    'made gumshoe-copy '*) return ;;
  esac
  [ "$mode" = copy ] || refuse "the scratch database of a rehearsal is there already, and is not one that a rehearsal made"
  ask target -v found="$mem/found" -v facts="$database_facts" <<'SQL' || refuse "the target cannot be looked at: $(because "$mem/target.err")"
\o :found/target_facts
:facts;
\o :found/content
select count(*) from (select 1 from pg_class where oid >= 16384 and relnamespace <> 99 and relkind <> 't'
  union all select 1 from pg_proc where oid >= 16384 union all select 1 from pg_namespace where oid >= 16384 and nspname !~ '^pg_'
  union all select 1 from pg_type where oid >= 16384 union all select 1 from pg_largeobject_metadata) c;
SQL
  cmp -s "$mem/found/source_facts" "$mem/found/target_facts" ||
    refuse "the target has another encoding or collation than the source, which has: $(found source_facts)"
  [ "$(found content)" = 0 ] || refuse 'the target is not empty, and is not one that a copy left unfinished'
}

# Columns that came with PostgreSQL 15 are read in a way that an older one takes, too.
database_facts="select concat_ws(' ', pg_encoding_to_char(encoding), datcollate, datctype, to_jsonb(d) ->> 'datlocprovider', to_jsonb(d) ->> 'daticulocale')
  from pg_database d where datname = current_database()"

# none, else the comment of the target's database: one that a copy made itself says so until the copy is whole.
marker_of_target="select coalesce((select coalesce(case when d ~ '^gumshoe-copy [a-z0-9-]+ unfinished\$' then 'made ' || d end, 'there')
  from pg_database, shobj_description(oid, 'pg_database') d where datname = :'db'), 'none');"

target_marker() {
  ask server <<SQL
$marker_of_target
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
  [ "$target_user" != "$app_user" ] || refuse "the role $app_user, which the application logs in as, is the target's own administrator there, with another password: make a target whose administrator has another name"
  [ ! -s "$mem/found/missing_role" ] || refuse "$(found missing_role)"
  set -- $(found application)
  [ "$1" = 1 ] || refuse "the application's role is not on the source, or is a superuser, or may replicate or pass by row security"
}

check_extensions() {
  [ ! -s "$mem/found/missing_extension" ] || refuse "the target does not offer the extension $(found missing_extension)"
}
