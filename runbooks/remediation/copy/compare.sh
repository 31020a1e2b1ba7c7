# One line for everything that could differ, made of each side in the same way: definitions with owners and privileges, sequences, settings,
# extensions, every table's count and checksum, large objects. What differs is named; all lines of the source in one hash are its fingerprint.

# A checksum that no order of rows changes: 128 bits of hashes, summed.
hashes="count(*), coalesce(sum(hashtextextended(r collate \"C\", 0)::numeric), 0), coalesce(sum(hashtextextended(r collate \"C\", 8191)::numeric), 0)"

phase_compare() {
  : >"$dir/compared"
  work compare_table
  lines source >"$mem/lines.source"
  put fingerprint "$(sha256sum <"$mem/lines.source" | cut -d ' ' -f 1)"
  compare_lines
}

compare_lines() {
  lines target >"$mem/lines.target"
  difference=$(comm -3 "$mem/lines.source" "$mem/lines.target" | head -n 1)
  [ -z "$difference" ] || differ "$(say_difference)"
}

# In a rehearsal the source may be written to, so it is read as of the snapshot; behind the fence it is read anew, as it is.
counted() {
  [ "$1" = target ] || as_of_rehearsal
  printf 'select %s from (select (t.*)::text as r from only %s t) s;\n' "$hashes" "$named"
}

as_of_rehearsal() {
  [ "$mode" = copy ] || as_of_snapshot
}

compare_table() {
  at=$mem/compare_table/$oid
  named=$(printf '%b' "$name")
  counted target | ask_apart target "$at.target" &
  beside=$!
  counted source | ask_apart source "$at.source" || fail "table $(shown "$named"): it could not be read at the source: $(because "$at.source.err")"
  wait $beside || not_there "$at.target.err"
  same_table
  echo "$oid" >>"$dir/compared"
}

compare_counted() {
  at=$mem/compare_table/$oid
  named=$(printf '%b' "$name")
  [ -s "$at.target" ] || not_there "$mem/compare_table/err.target"
  same_table
}

not_there() {
  because=$(because "$1")
  case $because in *' does not exist'*) differ "table $(shown "$named") is not in the target: $because" ;; esac
  fail "table $(shown "$named"): it could not be read at the target: $because"
}

same_table() {
  cmp -s "$at.source" "$at.target" || differ "table $(shown "$named") differs: $(counts "$at.source") rows in the source, $(counts "$at.target") in the target$(same_count)"
}

# ask_apart SIDE FILE <SQL: as `ask`, for programs that run side by side.
ask_apart() {
  on "$1" psql -XAtq $strict -d "$link" >"$2" 2>"$2.err"
}

shown() {
  printf '%s' "$1" | tr -c '[:print:]' '?'
}

counts() {
  cut -d '|' -f 1 "$1"
}

same_count() {
  [ "$(counts "$at.source")" != "$(counts "$at.target")" ] || printf ', with other content'
}

# lines SIDE: kind, name and value of all, sorted.
lines() {
  {
    definitions "$1"
    while IFS=$tab read -r oid bytes name columns; do
      printf 'table\t%s\t%s\n' "$name" "$(cat "$mem/compare_table/$oid.$1")"
    done <"$mem/tables"
    facts "$1" || fail "the $1 could not be looked at: $(because "$mem/$1.err")"
    if [ "$1" = source ] && [ "$mode" = rehearse ]; then cat "$mem/sequences.set"; else sequence_lines "$1"; fi
  } >"$mem/unsorted" || exit
  sort "$mem/unsorted"
}

# A definition's lines joined into one. A list of strings is written in another way once it has been read back: both become the same.
definitions() {
  moment=''
  [ "$1" = target ] || [ "$mode" = copy ] || moment=--snapshot=$(cat "$mem/snapshot")
  on "$1" pg_dump -d "$link" -s $moment >"$mem/dump" 2>"$mem/dump.err" || fail "the definitions of the $1 could not be read: $(because "$mem/dump.err")"
  sed -E -e '/^\\(un)?restrict /d' -e '/^-- (Dumped (from|by) |PostgreSQL database dump)/d' -e '/^SET default_(tablespace|table_access_method) = /d' -e '/^$/d' -e '/^--$/d' \
    -e "s/\(('([^']|'')*'::[a-z ]+(\([0-9]+\))?)\)::text/\1/g" \
    -e "s/\((ARRAY\[('([^']|'')*'::[a-z ]+(\([0-9]+\))?(, )?)+\])\)::text\[\]/\1/g" "$mem/dump" |
    awk '/^-- Name: / { if (rest != "") print "definition\t" head "\t" rest; head = substr($0, 10); gsub(/\t/, " ", head); rest = ""; next }
      { rest = rest "\037" $0 }
      END { print "definition\t" head "\t" rest }'
}

sequence_lines() {
  need "the sequences of the $1 could not be read" "$1" <<'SQL'
select coalesce(string_agg(format('select concat_ws(e''\t'', %L, last_value, is_called)', 'sequence' || e'\t' || replace(oid::regclass::text, e'\n', '?')) || ' from ' || oid::regclass, ' union all '), 'select 1 where false')
  from pg_class where relkind = 'S' and relpersistence <> 't' \gexec
SQL
}

facts() {
  { [ "$1" = target ] || as_of_rehearsal; fact_queries; } | ask "$1" -F "$tab"
}

fact_queries() {
  cat <<'SQL'
select 'database', 'encoding', pg_encoding_to_char(encoding), datcollate, datctype from pg_database where datname = current_database();
select 'database', 'owner', rolname from pg_database d join pg_roles r on r.oid = datdba where datname = current_database() and not rolsuper;
select 'extension', quote_ident(extname), extversion, extnamespace::regnamespace from pg_extension;
select 'schema', quote_ident(nspname), nspowner::regrole from pg_namespace n join pg_roles r on r.oid = nspowner
  where nspname !~ '^pg_' and nspname <> 'information_schema' and not (nspname = 'public' and rolsuper);
select 'setting', replace(s, e'\n', '?') from pg_db_role_setting, unnest(setconfig) s where setrole = 0 and setdatabase = :here
  union all select 'setting of the role', replace(s, e'\n', '?') from pg_db_role_setting, unnest(setconfig) s where setdatabase = 0 and setrole = (select oid from pg_roles where rolname = :'app');
select 'role', quote_ident(rolname), rolinherit, rolcreatedb, rolcreaterole and oid not in :administrators, rolconnlimit from pg_roles where rolname = :'app';
select 'role', 'member of', roleid::regrole from :memberships m where member = (select oid from pg_roles where rolname = :'app');
select 'materialized view', replace(oid::regclass::text, e'\n', '?'), relispopulated from pg_class where relkind = 'm';
select 'identity', replace(attrelid::regclass::text, e'\n', '?'), quote_ident(attname), attidentity, attgenerated from pg_attribute where attidentity <> '' or attgenerated <> '';
select 'large objects', count(*), coalesce(sum(hashtextextended(oid || ' ' || pg_get_userbyid(lomowner) || md5(lo_get(oid)), 0)::numeric), 0) from pg_largeobject_metadata;
SQL
}

# The first line that one side has and the other has not, without its value.
say_difference() {
  printf '%s' "$difference" | awk -F '\t' '{ i = 1; side = "only in the source, or not the same in the target"; if ($1 == "") { i = 2; side = "only in the target" }
    print $i " " $(i + 1) ": " side }'
}

# Both sides once more, as they are now.
verb_compare() {
  begin_reading
  count_all target &
  count_all source
  wait $!
  while IFS=$tab read -r oid bytes name columns; do compare_counted; done <"$mem/tables"
  lines source >"$mem/lines.source"
  compare_lines
  echo 'same=yes'
  well
}

# The source alone, which can be asked before the switch.
verb_fingerprint() {
  begin_reading
  count_all source
  lines source >"$mem/lines.source"
  fingerprint=$(sha256sum <"$mem/lines.source" | cut -d ' ' -f 1) before=$(get fingerprint)
  echo "fingerprint=$fingerprint"
  [ -z "$before" ] || [ "$before" = "$fingerprint" ] || differ 'the source is not as it was when it was copied'
  well
}

# All tables in one session, into a file each; a table that has none could not be read.
count_all() {
  while IFS=$tab read -r oid bytes name columns; do
    named=$(printf '%b' "$name")
    counted "$1"
  done <"$mem/tables" | ask_apart "$1" "$mem/all.$1" || cp "$mem/all.$1.err" "$mem/compare_table/err.$1"
  while IFS=$tab read -r oid bytes name columns && IFS= read -r value <&4; do
    echo "$value" >"$mem/compare_table/$oid.$1"
  done <"$mem/tables" 4<"$mem/all.$1"
  [ "$1" = target ] || [ ! -f "$mem/compare_table/err.$1" ] || fail "the $1 could not be read: $(because "$mem/compare_table/err.$1")"
}

begin_reading() {
  if running; then give_up 75 'the copy still runs'; fi
  with_logins
  mode=copy
  list_tables
  mkdir "$mem/compare_table"
}
