# The target's database and what is defined in it. Owners and privileges come along (an application that cannot own its tables cannot migrate
# them), so what owns must be there first: the application's role is made here, others are asked for by the check.

# Rows come after the first part and before the second: a user who is no superuser cannot switch triggers and foreign keys off.
phase_schema() {
  make_role
  make_database
  on source pg_dump -d "$link" -Fc -Z0 -s --snapshot="$(cat "$mem/snapshot")" -f "$mem/archive" 2>"$mem/dump.err" ||
    fail "the definitions could not be read: $(because "$mem/dump.err")"
  pg_restore -l "$mem/archive" | grep -Ev '^[0-9]+; [0-9]+ [0-9]+ (SCHEMA|EXTENSION|COMMENT - EXTENSION) ' >"$mem/list"
  need "the definitions could not be read" source -v setting="$setting" >"$mem/first.sql" <<'SQL'
select 'drop schema public;' where not exists (select from pg_namespace where nspname = 'public')
union all select format('create schema if not exists %I authorization %s;', nspname, nspowner::regrole) from pg_namespace n where oid >= 16384
  and nspname !~ '^pg_' and ('pg_namespace'::regclass, n.oid) not in :in_extensions
union all select format('alter schema public owner to %I;', rolname) from pg_namespace, pg_roles r
  where nspname = 'public' and nspowner = r.oid and not rolsuper and rolname <> 'pg_database_owner';
select format('grant %s on schema %I to %s;', privilege_type, nspname, :who)
  from pg_namespace, aclexplode(nspacl) where nspacl is not null and (nspname = 'public' or oid >= 16384) and nspname !~ '^pg_';
select format('create extension if not exists %I schema %I version %L;', extname, nspname, extversion)
  from pg_extension e join pg_namespace n on n.oid = extnamespace where extname <> 'plpgsql' order by e.oid;
select format('alter database :"db" set %I to %s;', :setting)
  from pg_db_role_setting, unnest(setconfig) s where setrole = 0 and setdatabase = :here;
SQL
  need "schemas and extensions could not be made" target -f "$mem/first.sql" >/dev/null
  restore --section=pre-data
}

# A setting's name and value; search_path alone is a list.
setting="split_part(s, '=', 1), case when s ~ '^search_path=' then substr(s, 13) else quote_literal(substr(s, strpos(s, '=') + 1)) end"

# restore OPTIONS…: one part of the definitions.
restore() {
  on target pg_restore -d "$link" --exit-on-error -L "$mem/list" "$@" "$mem/archive" >/dev/null 2>"$mem/restore.err" ||
    fail "the definitions could not be made on the target: $(because "$mem/restore.err")"
}

# A role that is there keeps its password: the login below tells whether it is the application's. One that a copy made gets it again.
make_role() {
  need "the application's role could not be read" source -v setting="$setting" >"$mem/role.sql" <<'SQL'
select format('create role %I nologin %s %s %s connection limit %s;', rolname, case when rolinherit then 'inherit' else 'noinherit' end,
  case when rolcreatedb then 'createdb' else 'nocreatedb' end, case when rolcreaterole and oid not in :administrators then 'createrole' else 'nocreaterole' end, rolconnlimit)
  from pg_roles where rolname = :'app';
select 'comment on role :"app" is ''gumshoe-copy made this role'';';
select format('grant %s to :"app";', roleid::regrole) from :memberships m where member = (select oid from pg_roles where rolname = :'app');
select format('alter role :"app" set %I to %s;', :setting)
  from pg_db_role_setting, unnest(setconfig) s where setdatabase = 0 and setrole = (select oid from pg_roles where rolname = :'app');
SQL
  made=$(role_marker)
  if [ "$made" = none ]; then
    need "the application's role could not be made on the target" server -1 -f "$mem/role.sql" >/dev/null
    made=made
  fi
  [ "$made" != made ] || set_password
  need "the target's user could not become a member of the application's role" server >/dev/null <<'SQL'
select format('grant %I to current_user', :'app') where not pg_has_role(:'app', 'usage') \gexec
SQL
}

role_marker() {
  need "the target does not answer" server <<'SQL'
select coalesce((select case when shobj_description(oid, 'pg_authid') = 'gumshoe-copy made this role' then 'made' else 'there' end
  from pg_roles where rolname = :'app'), 'none')
SQL
}

# psql makes the verifier here, so that no server log sees the password; without a terminal it reads it from its standard input.
set_password() {
  printf '%s\n%s\n' "$app_password" "$app_password" | on server setsid -w psql -Xq -d "$link" -v app="$app_user" -c "$(password_command)" >/dev/null 2>"$mem/server.err" &&
    ask server >/dev/null <<'SQL' || fail "the application's password could not be set on the target: $(because "$mem/server.err")"
alter role :"app" login;
SQL
}

# A psql command takes the name of a role within double quotes, as SQL does.
password_command() {
  printf '\\password "%s"' "$(printf '%s' "$app_user" | sed 's/"/""/g')"
}

make_database() {
  case $(target_marker) in
    'made '*) drop_own || fail "what an earlier copy left could not be dropped: $(because "$mem/server.err")" ;;
    there) own_database && return ;;
  esac
  need "the source cannot be looked at" source >"$mem/database.sql" <<'SQL'
select format('create database :"db" template template0 encoding %L lc_collate %L lc_ctype %L%s%s;', pg_encoding_to_char(encoding), datcollate, datctype,
  case when to_jsonb(d) ->> 'datlocprovider' = 'i' then format(' locale_provider icu icu_locale %L', to_jsonb(d) ->> 'daticulocale') else '' end,
  (select format(' owner %I', rolname) from pg_roles r where r.oid = datdba and not rolsuper)) from pg_database d where datname = current_database();
SQL
  need "the target's database could not be made" server -f "$mem/database.sql" >/dev/null
  need "the target's database could not be marked" server >/dev/null <<SQL
comment on database :"db" is 'gumshoe-copy $GUMSHOE_COPY_ID unfinished';
SQL
  own_database
}

# Its owner and privileges are those that the source had before the fence.
own_database() {
  need "the target's database could not be given its owner and privileges" server -f "$mem/found/privileges.sql" >/dev/null
}

# Only a database whose comment says that a copy made it and did not finish it.
drop_own() {
  case $(target_marker) in
    none) return 0 ;;
    'made '*) ;;
    *) return 1 ;;
  esac
  ask server >/dev/null <<'SQL'
drop database :"db" with (force);
SQL
}

phase_indexes() {
  restore --section=post-data -j "$workers"
  refresh_views
}

# Views that keep their rows are computed anew, those that others read first.
refresh_views() {
  need "the materialized views could not be read" source >"$mem/views.sql" <<'SQL'
with recursive reads as (
  select distinct r.ev_class as view, d.refobjid as on_view from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
    and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class join pg_class c on c.oid = d.refobjid and c.relkind in ('v', 'm')),
depth as (select oid, 0 as n from pg_class where relkind in ('v', 'm') union select view, n + 1 from depth join reads on on_view = depth.oid)
select format('refresh materialized view %s;', c.oid::regclass) from pg_class c join depth using (oid) where relkind = 'm' and relispopulated
  group by c.oid order by max(n)
SQL
  need "a materialized view could not be computed" target -f "$mem/views.sql" >/dev/null
}

phase_analyze() {
  need "the target could not be analyzed" target -c 'analyze' >/dev/null
}

# The commit waits for the disk, and with it all before it. Without the mark, no later copy takes the database for its own.
phase_finish() {
  [ "$mode" = copy ] || return 0
  [ "$(ask app -c 'select 1')" = 1 ] || fail "the application cannot log in to the target with the password of its file: $(because "$mem/app.err")"
  comment=$(ask source -c "select coalesce(quote_literal(shobj_description(oid, 'pg_database')), 'null') from pg_database where datname = current_database()")
  role=$(echo "select coalesce(quote_literal(shobj_description(oid, 'pg_authid')), 'null') from pg_roles where rolname = :'app'" | ask source)
  [ "$(role_marker)" != made ] || need "the target could not be finished" server >/dev/null <<SQL
comment on role :"app" is $role;
SQL
  need "the target could not be finished" server >/dev/null <<SQL
set synchronous_commit = on;
comment on database :"db" is $comment;
SQL
}
