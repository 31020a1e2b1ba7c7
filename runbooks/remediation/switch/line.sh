# The one line that changes: found, rewritten and told without its secrets. Everything but host, port and sslmode stays as it is, byte for byte.

# Reads a file as systemd reads an EnvironmentFile, and remembers of each byte of the value where it stands in the file. What it cannot be sure of
# it calls odd: then nothing is changed. The file comes with one more byte at its end, so that its own last line end is not lost.
line_program='
  function odd(why) { if (PART == "facts") print "odd=" why; stopped = 1; exit 1 }
  function kept() {
    while (n > keep && ch[n] ~ /[ \t\r]/) n--
    sub(/^export[ \t]+/, "", name)
    if (name == KEY) {
      found++; from = began; line = began_line; to = i - 1; value = ""; m = n
      for (k = 1; k <= n; k++) { value = value ch[k]; at[k] = pos[k]; quoted[k] = how[k] }
    }
    name = ""; n = keep = 0; state = "key"
  }
  function add(c, sure) { ch[++n] = c; pos[n] = i; how[n] = state != "plain"; if (sure) keep = n }
  # The place of the value is one piece of the file, without escapes in it.
  function put(first, length_, text) {
    if (length_ > 0 && at[first + length_ - 1] - at[first] != length_ - 1) odd("the address is written with escapes in it")
    edits++; e_at[edits] = length_ > 0 ? at[first] : at[first - 1] + 1; e_len[edits] = length_; e_text[edits] = text
  }
  function same(a, b) { return tolower(a) == tolower(b) }
  function judge(host, port) {
    names = same(host, OLD_HOST) && port == OLD_PORT ? "old" : same(host, NEW_HOST) && port == NEW_PORT ? "new" : "other"
    return names == "old"
  }
  function url(   rest, p, start, end, who, hostport, host, port, db, query, q, part, eq, name_, mode) {
    match(value, /^[A-Za-z][A-Za-z0-9+.-]*:\/\//); p = RLENGTH + 1
    rest = substr(value, p); end = match(rest, /[\/?#]/) ? p + RSTART - 1 : m + 1
    start = p; for (k = p; k < end; k++) if (substr(value, k, 1) == "@") { start = k + 1; who = "***@" }
    hostport = substr(value, start, end - start); host = hostport; port = ""
    if (match(hostport, /:[0-9]*$/)) { port = substr(hostport, RSTART + 1); host = substr(hostport, 1, RSTART - 1) }
    rest = substr(value, end); if (rest ~ /#/) odd("the URL has a # in it")
    q = index(rest, "?"); db = q ? substr(rest, 1, q - 1) : rest
    if (db ~ /@/) odd("the URL has an @ after its host")
    query = ""
    for (p = q ? end + q : m + 1; p <= m; p += length(part) + 1) {
      part = substr(value, p); sub(/&.*/, "", part)
      eq = index(part, "="); name_ = eq ? substr(part, 1, eq - 1) : part
      if (name_ !~ /^[A-Za-z_]+$/) odd("the URL has a parameter without a plain name")
      if (name_ ~ /^(host|hostaddr|port|service)$/) odd("the URL names its server in a parameter")
      if (name_ == "sslmode") { if (mode) odd("the URL has sslmode twice"); mode = p + eq; mode_is = substr(part, eq + 1) }
      query = query (query == "" ? "?" : "&") name_ "=" (name_ == "sslmode" ? "\001" : "***")
    }
    if (!judge(host, port == "" ? "5432" : port)) return
    put(start, length(host), NEW_HOST)
    if (port == "" && NEW_PORT != "5432") put(start + length(hostport), 0, (hostport ~ /:$/ ? "" : ":") NEW_PORT)
    else if (port != "" && port != NEW_PORT) put(start + length(hostport) - length(port), length(port), NEW_PORT)
    q_new = query
    if (SSLMODE != "") {
      if (mode) { if (mode_is == "") odd("sslmode is empty"); put(mode, length(mode_is), SSLMODE) }
      else {
        if (q && !quoted[m]) odd("sslmode cannot be added to a value without quotes")
        put(m + 1, 0, (q ? "&" : "?") "sslmode=" SSLMODE)
        q_new = query (query == "" ? "?" : "&") "sslmode=\001"
      }
    }
    sub(/\001/, mode_is, query); sub(/\001/, SSLMODE == "" ? mode_is : SSLMODE, q_new)
    match(value, /^[^:]*:\/\//); who = substr(value, 1, RLENGTH) who
    before = who hostport db query
    after = who NEW_HOST (port != "" || NEW_PORT != "5432" ? ":" NEW_PORT : "") db q_new
  }
  function dsn(   k, s, name_, first, text, host, port, h_at, p_at, m_at, mode_is, quote, mask, mask_new) {
    port = ""; k = 1
    while (1) {
      while (substr(value, k, 1) ~ /^[ \t]$/) k++
      if (k > m) break
      name_ = ""
      while (substr(value, k, 1) ~ /^[A-Za-z0-9_]$/) name_ = name_ substr(value, k++, 1)
      while (substr(value, k, 1) ~ /^[ \t]$/) k++
      if (name_ == "" || substr(value, k++, 1) != "=") odd("the connection string cannot be read")
      while (substr(value, k, 1) ~ /^[ \t]$/) k++
      quote = substr(value, k, 1) == "\047"; if (quote) k++
      first = k; text = ""
      while (k <= m && (quote ? substr(value, k, 1) != "\047" : substr(value, k, 1) !~ /[ \t]/)) {
        if (substr(value, k, 1) == "\\") k++
        text = text substr(value, k++, 1)
      }
      if (quote && k++ > m) odd("a quote in the connection string has no end")
      if ((name_ == "host" && h_at) || (name_ == "port" && p_at) || (name_ == "sslmode" && m_at)) odd("the connection string says something twice")
      if (name_ ~ /^(hostaddr|service)$/) odd("the connection string names its server in another way")
      if (name_ == "host") { host = text; h_at = first; h_end = k }
      if (name_ == "port") { port = text; p_at = first }
      if (name_ == "sslmode") { mode_is = text; m_at = first }
      s = name_ == "host" ? "\001" : name_ == "port" ? "\002" : name_ == "sslmode" ? "\003" : name_ == "dbname" ? text : "***"
      mask = mask (mask == "" ? "" : " ") name_ "=" s
    }
    if (!judge(host, port == "" ? "5432" : port)) return
    if (substr(value, h_at, length(host)) != host) odd("the address is written with escapes in it")
    put(h_at, length(host), NEW_HOST); mask_new = mask
    if (p_at && port != NEW_PORT) put(p_at, length(port), NEW_PORT)
    s = ""
    if (!p_at && NEW_PORT != "5432") s = s " port=" NEW_PORT
    if (SSLMODE != "" && m_at && mode_is != SSLMODE) put(m_at, length(mode_is), SSLMODE)
    if (SSLMODE != "" && !m_at) s = s " sslmode=" SSLMODE
    if (s != "") { put(m + 1, 0, s); mask_new = mask s }
    sub(/\001/, host, mask); sub(/\002/, port, mask); sub(/\003/, mode_is, mask); before = mask
    sub(/\001/, NEW_HOST, mask_new); sub(/\002/, NEW_PORT, mask_new); sub(/\003/, SSLMODE == "" ? mode_is : SSLMODE, mask_new); after = mask_new
  }
  function bare() {
    before = value
    if (kind == "port") { names = value == OLD_PORT ? "old" : value == NEW_PORT ? "new" : "other"; after = NEW_PORT }
    else if (kind == "address") { judge(substr(value, 1, length(value) - length(OLD_PORT) - 1), OLD_PORT); after = NEW_HOST ":" NEW_PORT }
    else { names = same(value, OLD_HOST) ? "old" : same(value, NEW_HOST) ? "new" : "other"; after = NEW_HOST }
    if (names == "old") put(1, m, after)
  }
  # The text from one place to another, with what changes in it.
  function text_of(a, b,   out, k, done, used) {
    out = ""
    while (1) {
      done = 0
      for (k = 1; k <= edits; k++) if (!used[k] && e_at[k] >= a && (!done || e_at[k] < e_at[done])) done = k
      if (!done || e_at[done] > b + 1) return out substr(text, a, b - a + 1)
      out = out substr(text, a, e_at[done] - a) e_text[done]; a = e_at[done] + e_len[done]; used[done] = 1
    }
  }
  BEGIN { KEY = ENVIRON["LINE_KEY"]; PART = ENVIRON["LINE_PART"]; OLD_HOST = ENVIRON["LINE_OLD_HOST"]; OLD_PORT = ENVIRON["LINE_OLD_PORT"]
    NEW_HOST = ENVIRON["LINE_NEW_HOST"]; NEW_PORT = ENVIRON["LINE_NEW_PORT"]; SSLMODE = ENVIRON["LINE_SSLMODE"] }
  { text = text (NR > 1 ? "\n" : "") $0 }
  END {
    size = length(text) - 1; state = "key"; lines = 1
    for (i = 1; i <= size + 1; i++) {
      c = i <= size ? substr(text, i, 1) : "\n"
      if (state == "comment") { if (c == "\n") state = "key" }
      else if (state == "key") {
        if (c == "\n" || c == "\r") name = ""
        else if (name == "" && (c == "#" || c == ";")) state = "comment"
        else if (c == "=") { sub(/[ \t]+$/, "", name); state = "before" }
        else if (name != "" || c !~ /[ \t]/) { if (name == "") { began = i; began_line = lines }; name = name c }
      }
      else if (state == "single") { if (c == "\047") state = "before"; else add(c, 1) }
      else if (state == "double") {
        if (c == "\"") state = "before"
        else if (c != "\\") add(c, 1)
        else { d = substr(text, i + 1, 1); if (d ~ /["\\`$]/) { i++; add(d, 1) } else if (d == "\n") { i++; lines++ } else add(c, 1) }
      }
      else if (c == "\n") kept()
      else if (c == "\\") { keep = n; i++; c = i <= size ? substr(text, i, 1) : "\n"; state = "plain"; if (c != "\n") add(c, 1) }
      else if (state == "before" && c == "\047") state = "single"
      else if (state == "before" && c == "\"") state = "double"
      else if (state == "plain" || c !~ /[ \t\r]/) { state = "plain"; add(c, 0) }
      if (c == "\n") lines++
    }
    if (state == "single" || state == "double") odd("a quote in the file has no end")
    if (found != 1) odd(found ? "the key is there more than once" : "the key is not there")
    kind = value ~ /^[A-Za-z][A-Za-z0-9+.-]*:\/\// ? "url" : value ~ /(^|[ \t])host[ \t]*=/ ? "dsn" : value ~ /^[0-9]+$/ ? "port" : \
      value ~ /:[0-9]+$/ && substr(value, length(value) - length(OLD_PORT)) == ":" OLD_PORT ? "address" : "host"
    if (kind == "url") url(); else if (kind == "dsn") dsn(); else bare()
    if (names != "old") { edits = 0; before = after = "***" }
    gsub(/[^ -~]/, "?", before); gsub(/[^ -~]/, "?", after)
    if (PART == "facts") printf "line=%d\nkind=%s\nnames=%s\nbefore=%s=%s\nafter=%s=%s\n", line, kind, names, KEY, substr(before, 1, 500), KEY, substr(after, 1, 500)
    else if (PART == "before") printf "%s", substr(text, from, to - from + 1)
    else if (PART == "after") printf "%s", text_of(from, to)
    else printf "%s", text_of(1, size)
  }'

# of_line PART KEY <FILE: facts of the key's line, the line itself before or after, or the text of the whole file with it rewritten.
of_line() {
  { cat && printf x; } | LINE_PART=$1 LINE_KEY=$2 LINE_OLD_HOST=$old_host LINE_OLD_PORT=$old_port LINE_NEW_HOST=$new_host LINE_NEW_PORT=$new_port \
    LINE_SSLMODE=$sslmode awk "$line_program"
}

# rewritten KEY… <FILE: the text with each of the keys rewritten.
rewritten() {
  if [ $# -eq 0 ]; then cat; else
    key=$1
    shift
    of_line text "$key" | rewritten "$@"
  fi
}

# keyed <TEXT: its HMAC-SHA256 under the plan's key. By sha256sum alone: openssl would want the key on its command line.
keyed() {
  [ -n "${inner_pad:-}" ] || { inner_pad=$(pad 54) && outer_pad=$(pad 92); }
  inner=$({ printf "$inner_pad" && cat; } | sha256sum)
  { printf "$outer_pad" && printf "$(octal "${inner%% *}" 0)"; } | sha256sum | cut -d ' ' -f 1
}

pad() {
  octal "$hash_key" "$1"
  octal 0000000000000000000000000000000000000000000000000000000000000000 "$1"
}

# octal HEX MASK: as escapes for printf, each byte exclusive-or the mask.
octal() {
  printf '%s\n' "$1" | awk -v mask="$2" '{
    for (i = 1; i < length($0); i += 2) {
      byte = 16 * (index("0123456789abcdef", substr($0, i, 1)) - 1) + index("0123456789abcdef", substr($0, i + 1, 1)) - 1
      out = 0
      for (bit = 1; bit < 256; bit *= 2) if (int(byte / bit) % 2 != int(mask / bit) % 2) out += bit
      printf "\\%03o", out
    }
  }'
}
