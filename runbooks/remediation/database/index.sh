# An index that is made while writes go on. Its name follows from its table and columns, so what an earlier try has left is known by it.

# What is looked at of a table: the columns that are asked for, the index that would be made, and what is there already.
wanted="with t as (
    select c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relpersistence, c.reltuples, pg_table_size(c.oid) as bytes,
      pg_has_role(c.relowner, 'USAGE') and has_schema_privilege(n.oid, 'CREATE') as may
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.oid = to_regclass(case when :'schema' = '' then quote_ident(:'name') else format('%I.%I', :'schema', :'name') end)),
  w as (select col, nth from unnest(string_to_array(:'columns', ',')) with ordinality as u (col, nth)),
  k as (
    select w.col, w.nth, a.attnum, coalesce(s.avg_width, 16) as width from w cross join t
      left join pg_attribute a on a.attrelid = t.oid and a.attname = w.col and a.attnum > 0 and not a.attisdropped
      left join pg_stats s on s.schemaname = t.nspname and s.tablename = t.relname and s.attname = w.col),
  i as (
    select left('gumshoe_' || regexp_replace(t.relname || '_' || replace(:'columns', ',', '_'), '[^A-Za-z0-9_]', '_', 'g'), 52) || '_'
      || left(encode(sha256(convert_to(format('%I.%I(%s)', t.nspname, t.relname, :'columns'), 'UTF8')), 'hex'), 10) as name from t),
  o as (
    select c.oid, x.indrelid, x.indisvalid and x.indisready as whole from t, i, pg_class c left join pg_index x on x.indexrelid = c.oid
    where c.relname = i.name and c.relnamespace = (select relnamespace from pg_class where oid = t.oid))"

verb_table() {
  tell_login
  case $table in *.*) schema=${table%%.*} name=${table#*.} ;; *) schema='' name=$table ;; esac
  [ -n "$name" ] && [ -n "$columns" ] || refuse 'no table or no column is named'
  look -v schema="$schema" -v name="$name" -v columns="$columns" <<SQL
$wanted
select t.nspname, t.relname, t.relkind, t.relispartition, t.relpersistence, t.may, t.bytes, t.reltuples::bigint,
  coalesce((select string_agg(col, ',' order by nth) from k where attnum is null), ''), i.name,
  coalesce((select c.relname from pg_index x join pg_class c on c.oid = x.indexrelid join pg_am m on m.oid = c.relam
    where x.indrelid = t.oid and x.indisvalid and x.indisready and x.indpred is null and m.amname = 'btree' and x.indnkeyatts >= (select count(*) from k)
      and (string_to_array(x.indkey::text, ' ')::int[])[1:(select count(*) from k)] = (select array_agg(attnum::int order by nth) from k)
    order by x.indnkeyatts, c.relname limit 1), ''),
  coalesce((select case when indrelid is distinct from t.oid then 'other' when whole then 'valid' else 'invalid' end from o), 'none'),
  exists (select from pg_stat_progress_create_index where relid = t.oid),
  case when t.reltuples < 0 then t.bytes else (t.reltuples * ((select sum(width) from k) + 16) * 1.25)::bigint + 16384 end,
  coalesce((select extract(epoch from max(clock_timestamp() - xact_start))::bigint from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()), 0),
  pg_is_in_recovery()
from t, i
SQL
  printf '%s\n' "$answer" | awk -F "$gap" '
    NF == 16 { split("schema name kind partition persistence may bytes rows missing index equal state building indexBytes oldestS standby", names, " ")
      for (n = 1; n <= 16; n++) { gsub(/[^ -~]/, "?", $n); print "table." names[n] "=" $n }
      found = 1 }
    END { print "table.found=" (found ? "yes" : "no") }'
}

# born PID: a word that no other process of this host ever has, or nothing where it does not run.
born() {
  stat=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) && set -- "$1" $stat && [ "$2" != Z ] && echo "$1 $(cat /proc/sys/kernel/random/boot_id)-${21}"
}

running() {
  [ -s "$dir/pid" ] && read -r main _ <"$dir/pid" && [ "$(born "$main")" = "$(cat "$dir/pid")" ]
}

put() {
  printf '%s\n' "$2" >"$dir/.$1.$$" && mv -f "$dir/.$1.$$" "$dir/$1"
}

run_values='plan envFile urlKey passwordKey user host port db table columns index'

verb_start() {
  case $table in *.*) ;; *) refuse 'the table is not named with its schema' ;; esac
  [ -n "$columns" ] && [ -n "$index" ] || refuse 'no column or no index is named'
  dir=$base/index-$plan
  mkdir -p -m 700 "$base" && exec 8>"$base/lock-index" && flock 8 || refuse "$base cannot be written to"
  if [ ! -f "$dir/settings" ]; then
    mkdir -p -m 700 "$dir" && cp "$own" "$dir/program" &&
      for each in $run_values; do eval "printf '%s=%s\n' SSM_$each \"\${SSM_$each:-}\""; done >"$dir/.settings" &&
      mv "$dir/.settings" "$dir/settings" || refuse "$dir cannot be written to: is the disk full?"
    launch 8>&-
    tries=0
    until [ -s "$dir/pid" ] || [ $tries -ge 50 ]; do tries=$((tries + 1)) && sleep 0.1; done
  fi
  tell state "$(state_of_run)"
}

# A run of its own, which neither the SSM Agent's restart nor its time-out ends.
launch() {
  if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
    systemd-run --quiet --collect --unit="gumshoe-index-$plan" --setenv=PATH="$PATH" --setenv=HOME="$HOME" --setenv=GUMSHOE_BASE="$base" \
      --setenv=SSM_plan="$plan" /bin/sh "$dir/program" run >/dev/null 2>&1 && return
  fi
  GUMSHOE_BASE=$base SSM_plan=$plan setsid nohup /bin/sh "$dir/program" run >/dev/null 2>&1 </dev/null &
}

state_of_run() {
  if [ ! -f "$dir/settings" ]; then echo none
  elif [ -s "$dir/state" ]; then cat "$dir/state"
  elif running; then echo running
  # It may have ended between the two looks.
  elif [ -s "$dir/state" ]; then cat "$dir/state"
  else echo died
  fi
}

verb_run() {
  dir=$base/index-$plan
  mkdir "$dir/once" || exit
  while IFS= read -r line; do export "${line%%=*}=${line#*=}"; done <"$dir/settings"
  exec >/dev/null 2>&1 </dev/null
  cd /
  put pid "$(born $$)"
  said=$dir/said app_name=gumshoe-index-$plan
  # What refuses from here on is written down: nobody hears what is said.
  finish() { put reason "$3" && put state "$2" && exit "$1"; }
  read_login
  table=$SSM_table columns=$SSM_columns index=$SSM_index
  ask '-c statement_timeout=0 -c lock_timeout=0' -v schema="${table%%.*}" -v name="${table#*.}" -v columns="$columns" -v index="$index" <<'SQL' ||
select format('drop index concurrently if exists %I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_index x on x.indexrelid = c.oid
  where n.nspname = :'schema' and c.relname = :'index' and x.indrelid = format('%I.%I', :'schema', :'name')::regclass
    and not (x.indisvalid and x.indisready) and not exists (select from pg_stat_progress_create_index where index_relid = c.oid) \gexec
select format('create index concurrently if not exists %I on %I.%I (%s)', :'index', :'schema', :'name',
  (select string_agg(format('%I', col), ', ' order by nth) from unnest(string_to_array(:'columns', ',')) with ordinality as u (col, nth))) \gexec
SQL
    finish 1 failed "$(because "$said")"
  finish 0 done ''
}

verb_index() {
  tell_login
  dir=$base/index-$plan
  tell state "$(state_of_run)"
  [ ! -s "$dir/reason" ] || tell told "$(cat "$dir/reason")"
  look -v schema="${table%%.*}" -v name="${table#*.}" -v index="$index" -v app="gumshoe-index-$plan" <<'SQL'
select coalesce((select case when x.indrelid is distinct from to_regclass(format('%I.%I', :'schema', :'name')) then 'other'
    when x.indisvalid and x.indisready then 'valid' else 'invalid' end
  from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_index x on x.indexrelid = c.oid
  where n.nspname = :'schema' and c.relname = :'index'), 'none'),
  coalesce(pg_relation_size(to_regclass(format('%I.%I', :'schema', :'index'))), 0)
SQL
  tell index.is "${answer%%"$gap"*}"
  tell index.bytes "${answer##*"$gap"}"
  look -v app="gumshoe-index-$plan" <<'SQL'
select coalesce(p.phase, ''), coalesce(p.blocks_done, 0), coalesce(p.blocks_total, 0), coalesce(p.lockers_total - p.lockers_done, 0), coalesce(p.current_locker_pid, 0)
from pg_stat_activity a left join pg_stat_progress_create_index p using (pid) where a.application_name = :'app' and a.pid <> pg_backend_pid() limit 1
SQL
  printf '%s\n' "$answer" | awk -F "$gap" 'NF == 5 { print "phase=" $1; print "blocks.done=" $2; print "blocks.total=" $3; print "lockers=" $4; print "locker=" $5; found = 1 }
    END { print "building=" (found ? "yes" : "no") }'
}
