# The rows: every worker reads the same snapshot, so what is copied is one moment of the source, whatever is written meanwhile.

tab='	'
# A name may hold line breaks and tabs; between these it is one line, which `printf %b` turns back.
esc="replace(replace(replace(replace(" aped=", e'\\\\', e'\\\\\\\\'), e'\\n', e'\\\\n'), e'\\t', e'\\\\t'), e'\\r', e'\\\\r')"

# Which tables there are, the biggest first: oid, bytes, name, columns. Generated columns are computed by the target.
list_tables() {
  need "the tables could not be listed" source -F "$tab" >"$mem/tables" <<SQL
$(as_of_snapshot)
select c.oid, pg_table_size(c.oid), ${esc}c.oid::regclass::text${aped}, coalesce(${esc}'(' || (
  select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') || ')'${aped}, '')
from pg_class c where relkind = 'r' and relpersistence <> 't' and c.oid >= 16384
  and relnamespace not in (select oid from pg_namespace where nspname in ('pg_catalog', 'information_schema') or nspname ~ '^pg_(temp|toast)')
  and ('pg_class'::regclass, c.oid) not in :in_extensions
order by 2 desc, 1;
SQL
}

# Where a snapshot is held, what follows is read as of it.
as_of_snapshot() {
  [ ! -s "$mem/snapshot" ] || printf "begin isolation level repeatable read read only;\nset transaction snapshot '%s';\n" "$(cat "$mem/snapshot")"
}

# The session that holds the snapshot open; it ends with this program, or when its connection is cut, and no worker can begin without it.
hold_snapshot() {
  : >"$mem/held"
  printf '%s\n' 'begin isolation level repeatable read read only;' 'select pg_export_snapshot();' 'select 1 \watch 10' |
    on source psql -XAtq $strict -d "$link" >"$mem/held" 2>"$mem/held.err" &
  tries=0
  until [ -s "$mem/held" ] || [ $tries -ge 200 ]; do tries=$((tries + 1)) && sleep 0.1; done
  head -n 1 "$mem/held" >"$mem/snapshot"
  [ -s "$mem/snapshot" ] || fail "no snapshot of the source could be held: $(because "$mem/held.err")"
}

phase_data() {
  list_tables
  put tables_total "$(awk 'END { print NR }' "$mem/tables")"
  put bytes_total "$(awk -F "$tab" '{ n += $2 } END { printf "%.0f", n }' "$mem/tables")"
  : >"$dir/copied"
  put data_began "$(date +%s)"
  work copy_table
  put data_ended "$(date +%s)"
}

# work FUNCTION: for each table, by several workers; the next table is whoever's that claims it first.
work() {
  mkdir "$mem/$1"
  pids='' n=0
  while [ $n -lt "$workers" ]; do
    n=$((n + 1))
    worker "$1" $n &
    pids="$pids $!"
  done
  watch_workers "$1" $pids
}

worker() {
  while IFS=$tab read -r oid bytes name columns; do
    mkdir "$mem/$1/$oid" 2>/dev/null || continue
    # Its program was killed: nobody would hear of what it does.
    kill -0 $$ || exit 1
    printf '%b' "$name" >"$mem/$1/at.$2"
    put table "$(tr -c '[:print:]' '?' <"$mem/$1/at.$2")"
    "$1" "$2" || exit
  done <"$mem/tables"
  : >"$mem/$1/whole.$2"
}

# watch_workers FUNCTION PID…: until all are whole; one that ends otherwise, by itself or killed, ends the phase.
watch_workers() {
  what=$1 beat=0
  shift
  while :; do
    n=0 left=''
    for pid in "$@"; do
      n=$((n + 1))
      [ ! -f "$mem/$what/whole.$n" ] || continue
      left=yes
      [ -n "$(born "$pid")" ] || [ -f "$mem/$what/whole.$n" ] || lost "$what" $n "$pid"
    done
    [ -n "$left" ] || return 0
    beat=$((beat + 1))
    [ "$what" != copy_table ] || [ $((beat % 10)) -ne 0 ] || put flight "$(ask target -c "select coalesce(sum(bytes_processed), 0) from pg_stat_progress_copy where datname = current_database()" || echo 0)"
    sleep 0.5
  done
}

lost() {
  wait "$3"
  code=$?
  [ -s "$dir/reason" ] || fail "table $(tr -c '[:print:]' '?' <"$mem/$1/at.$2"): the worker was killed ($code)"
  exit "$code"
}

# Text, since every type has it; within one transaction that made the table empty, rows are frozen as they come and never written again.
copy_table() {
  at=$mem/copy_table/w$1
  named=$(printf '%b' "$name") what=$(printf '%b' "$name $columns")
  {
    on source psql -Xq $strict -d "$link" -c "$(as_of_snapshot)" -c "copy $what to stdout" -c commit 2>"$at.source"
    echo $? >"$at.read"
  } | {
    on target psql -Xq1 $strict -d "$link" -c "truncate only $named" -c "copy $what from stdin (freeze)" >/dev/null 2>"$at.target"
    echo $? >"$at.written"
  }
  both "$at" && printf '%s %s\n' "$oid" "$bytes" >>"$dir/copied"
}

# both FILES: a pipe says only how its second program ended. A program that was killed wrote no end.
both() {
  read=$(cat "$1.read" 2>/dev/null) written=$(cat "$1.written" 2>/dev/null)
  [ "${written:-killed}" = 0 ] || said="the target: $(because "$1.target")"
  # What the reader says of a broken pipe is the writer's doing.
  [ "${written:-killed}" = 0 ] && [ "${read:-killed}" != 0 ] && said="the source: $(because "$1.source")"
  [ "${written:-killed} ${read:-killed}" = '0 0' ] || {
    case $said in *': ') said="${said}its psql ended with ${read:-killed} at the source and ${written:-killed} at the target" ;; esac
    fail "table $(printf '%s' "$named" | tr -c '[:print:]' '?'): $said"
  }
}

# Sequences are in no snapshot: they are set to where they are now, which is never before a row that was copied.
phase_sequences() {
  need "the sequences could not be read" source -F "$unit" -R "$record" >"$mem/sequences" <<'SQL'
select coalesce(string_agg(format('select %L, last_value, is_called, format(%L, last_value, is_called) from %s', replace(oid::regclass::text, e'\n', '?'),
  'select setval(' || replace(quote_literal(oid::regclass), '%', '%%') || ', %s, %L);', oid::regclass), ' union all '), 'select 1 where false')
  from pg_class where relkind = 'S' and relpersistence <> 't' \gexec
SQL
  awk -v RS="$record" -v FS="$unit" '$4 != "" { print $4 }' "$mem/sequences" >"$mem/sequences.sql"
  awk -v RS="$record" -v FS="$unit" '$4 != "" { printf "sequence\t%s\t%s\t%s\n", $1, $2, $3 }' "$mem/sequences" >"$mem/sequences.set"
  need "the sequences could not be set" target -f "$mem/sequences.sql" >/dev/null
}
unit=$(printf '\037') record=$(printf '\036')

phase_objects() {
  [ "$(ask source -c 'select exists (select from pg_largeobject_metadata)')" = t ] || return 0
  named='large objects' at=$mem/objects
  {
    on source psql -Xq $strict -d "$link" -c "$(as_of_snapshot)" \
      -c 'copy (select oid, pg_get_userbyid(lomowner), lo_get(oid) from pg_largeobject_metadata) to stdout' -c commit 2>"$at.source"
    echo $? >"$at.read"
  } | {
    on target psql -Xq1 $strict -d "$link" -c 'create temp table gumshoe_objects (id oid, owner name, content bytea)' \
      -c 'copy pg_temp.gumshoe_objects from stdin' -c 'select lo_from_bytea(id, content) from pg_temp.gumshoe_objects' \
      -c "do \$\$ declare o record; begin for o in select * from pg_temp.gumshoe_objects loop execute format('alter large object %s owner to %I', o.id, o.owner); end loop; end \$\$" >/dev/null 2>"$at.target"
    echo $? >"$at.written"
  }
  both "$at"
}
