# Who blocks whom. The root of a chain is a session that others wait for and that waits for nobody; only that one is worth ending.

blocking="with recursive waiting as materialized (
    select pid, pg_blocking_pids(pid) as behind from (select distinct pid from pg_locks where not granted) as asked),
  edges as (select pid, unnest(behind) as behind from waiting),
  tree (root, pid) as (
    select behind, pid from edges where behind not in (select pid from waiting where behind <> '{}')
    union select tree.root, edges.pid from tree join edges on edges.behind = tree.pid)"

# without_values: a statement without comments, with each string, number and quoted text as `?`. It reads as the server's own lexer does; what could
# be read in two ways ends it, and so does its end in the middle of a string (the server keeps 1,024 bytes of a statement).
lexer='
function bare(s,   out, i, n, c, two, prior, depth, escapes, odd, at, tag, rest) {
  n = length(s); i = 1; out = ""
  while (i <= n && length(out) < 600) {
    c = substr(s, i, 1); two = substr(s, i, 2); prior = i > 1 ? substr(s, i - 1, 1) : " "
    if (two == "--") { while (i <= n && substr(s, i, 1) != "\001") i++; out = out " " }
    else if (two == "/*") {
      depth = 1; i += 2
      while (i <= n && depth > 0) { two = substr(s, i, 2); if (two == "/*") { depth++; i += 2 } else if (two == "*/") { depth--; i += 2 } else i++ }
      out = out " "
    }
    else if (c == "\047") {
      escapes = prior ~ /[eE]/ && (i < 3 || substr(s, i - 2, 1) ~ /[\001-#%-\/:-@\[-^`{-~]/)
      odd = 0
      for (i++; i <= n; i++) {
        c = substr(s, i, 1)
        if (c == "\\") { if (escapes) i++; else odd = 1 }
        else if (c == "\047") { if (substr(s, i + 1, 1) != "\047") break; i++ }
      }
      i++; out = out "?"
      if (odd) return out " ..."
    }
    else if (c == "$" && prior ~ /[\001-#%-\/:-@\[-^`{-~]/ && (at = index(substr(s, i + 1), "$")) && (tag = substr(s, i, at + 1)) !~ /^\$[0-9]/ && substr(tag, 2, at - 1) !~ /[\001-\/:-@\[-^`{-~]/) {
      rest = substr(s, i + length(tag)); at = index(rest, tag)
      out = out "?"
      if (!at) return out " ..."
      i += 2 * length(tag) + at - 1
    }
    else if (c == "\"") {
      at = i
      for (i++; i <= n; i++) if (substr(s, i, 1) == "\"") { if (substr(s, i + 1, 1) != "\"") break; i++ }
      i++; out = out substr(s, at, i - at)
    }
    else if (c ~ /[0-9]/ && prior ~ /[\001-#%-\/:-@\[-^`{-~]/) { while (i <= n && substr(s, i, 1) ~ /[0-9A-Za-z_.]/) i++; out = out "?" }
    else { out = out (c == "\001" ? " " : c); i++ }
  }
  return i <= n ? out " ..." : out
}
function calm(s, most) { gsub(/[^ -~]/, "?", s); gsub(/ +/, " ", s); return length(s) > most ? substr(s, 1, most) " ..." : s }'

verb_sessions() {
  tell_login
  look <<SQL
$blocking
select 0, (select count(*) from waiting where behind <> '{}');
$blocking
select root, waiters, coalesce(translate(a.usename, E'\n\r\037', '   '), ''), coalesce(translate(a.application_name, E'\n\r\037', '   '), ''),
  case when a.pid is null then '' when a.client_addr is null then 'local' else host(a.client_addr) end, coalesce(translate(a.datname, E'\n\r\037', '   '), ''),
  coalesce(a.state, ''), coalesce(a.backend_type, ''), coalesce(to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), ''),
  coalesce(to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), ''),
  coalesce(extract(epoch from clock_timestamp() - coalesce(a.xact_start, a.state_change))::bigint::text, ''),
  case when a.pid is null then '' when (r.rolsuper and not (select rolsuper from pg_roles where rolname = current_user)) then 'no'
    when pg_has_role(a.usesysid, 'USAGE') or pg_has_role('pg_signal_backend', 'USAGE') then 'yes' else 'no' end,
  coalesce(translate(left(a.query, 4000), E'\n\r\037', E'\001\001 '), '')
from (select root, count(distinct pid) as waiters from tree group by root) as roots
  left join pg_stat_activity a on a.pid = root left join pg_roles r on r.oid = a.usesysid
order by waiters desc, a.xact_start nulls last, root limit 5;
SQL
  printf '%s\n' "$answer" | awk -F "$gap" "$lexer"'
    NR == 1 { print "waiting=" $2; next }
    NF < 13 { next }
    { n++; at = "session." n "."
      print at "pid=" $1; print at "waiters=" $2; print at "user=" calm($3, 63); print at "application=" calm($4, 64); print at "client=" calm($5, 60)
      print at "database=" calm($6, 63); print at "state=" calm($7, 40); print at "kind=" calm($8, 40); print at "began=" calm($9, 40)
      print at "xact=" calm($10, 40); print at "forS=" calm($11, 20); print at "may=" $12; print at "statement=" calm(bare($13), 160) }
    END { print "session.count=" n + 0 }'
}

# Whether the session that is meant is there: a number that a later session has is not it.
there() {
  look -v pid="$pid" -v began="$began" <<'SQL'
select count(*) from pg_stat_activity where pid = :'pid'::int and backend_start = :'began'::timestamptz
SQL
  [ "$answer" = 1 ]
}

verb_session() {
  if there; then echo 'there=yes'; else echo 'there=no'; fi
  look <<SQL
$blocking
select count(*) from waiting where behind <> '{}'
SQL
  tell waiting "$answer"
}

verb_end() {
  [ -n "$pid" ] && [ -n "$began" ] || refuse 'no session is named'
  look -v pid="$pid" <<SQL
$blocking
select coalesce(string_agg(distinct pid::text, ','), '') from tree where root = :'pid'::int
SQL
  waiters=$answer
  # One statement looks who it is and ends it: never another session that was given the same number, nor another transaction of this one.
  answer=$(ask "$look_settings" -v pid="$pid" -v began="$began" -v xact="$xact" <<'SQL'
select pg_terminate_backend(pid) from pg_stat_activity where pid = :'pid'::int and backend_start = :'began'::timestamptz
  and xact_start is not distinct from nullif(:'xact', '')::timestamptz and backend_type = 'client backend' and pid <> pg_backend_pid()
SQL
  ) || refuse "the session cannot be ended: $(because "$said")"
  case $answer in
    t) echo 'ended=yes' ;;
    *) if there; then refuse 'the session has gone on: it is in another transaction now'; else echo 'ended=no'; fi ;;
  esac
  tries=0
  while there && [ $tries -lt 20 ]; do tries=$((tries + 1)) && sleep 0.5; done
  if there; then echo 'there=yes'; else echo 'there=no'; fi
  look -v waiters="$waiters" <<'SQL'
select count(*), count(*) filter (where pg_blocking_pids(pid) <> '{}') from unnest(string_to_array(:'waiters', ',')::int[]) as pid
SQL
  tell waited "${answer%%"$gap"*}"
  tell still "${answer##*"$gap"}"
}
