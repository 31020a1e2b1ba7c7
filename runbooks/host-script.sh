#!/bin/sh
# Gumshoe's look at one host. It only reads: it writes nothing outside a temporary folder of its own, which it removes at the end and when it
# is stopped. All looks run side by side, each with its own limit of time and of characters kept. Secrets are taken out here, before anything
# leaves the host; what it prints is gzip in base64 within a limit of characters, and says what was cut. The text is fixed: what the
# configuration says reaches it as environment variables only (`settings`, right below). A look whose program is missing fails alone.

#:settings

gumshoe() {
  umask 077
  PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
  LC_ALL=C LANGUAGE='' SYSTEMD_COLORS=0 SYSTEMD_PAGER=cat PAGER=cat TERM=dumb COLUMNS=512
  export PATH LC_ALL LANGUAGE SYSTEMD_COLORS SYSTEMD_PAGER PAGER TERM COLUMNS
  unset GUMSHOE_STEP
  settings
  for program in timeout mktemp base64 gzip sed cut tail head wc sha256sum; do
    command -v "$program" >/dev/null || fail "this host has no $program"
  done
  pids='' watchdog='' late='' dir='' newline='
'
  trap clean EXIT
  # 128 and the signal's number, as shells count.
  trap 'exit 129' HUP && trap 'exit 130' INT && trap 'exit 143' TERM && trap 'exit 141' PIPE
  trap 'late=yes watchdog=""' USR1
  choose_folder || fail 'no folder to write to: /dev/shm, /tmp, /var/tmp and /run are full or read-only'
  export TMPDIR="$dir"
  # A word that no log can know: it stands before and after each result.
  { read -r nonce </proc/sys/kernel/random/uuid; } 2>/dev/null || nonce=$$-$(date +%s%N)
  echo "#gumshoe:1 $nonce" >"$dir/head"
  rules
  watch >/dev/null 2>&1 &
  watchdog=$!
  looks
  for entry in $pids; do
    wait "${entry##*:}"
    [ -z "$late" ] || break
  done
  [ -z "$late" ] || stop
  fit
  { echo "gumshoe:1 gz=$size sha256=$(sha256sum <"$dir/all.gz")"; base64 -w 0 <"$dir/all.gz"; printf '\n#gumshoe:end\n'; } >"$dir/out"
  cat "$dir/out"
}

looks() {
#:looks
}

# Say why there is nothing, and stop (69: something that this needs is not there, sysexits.h).
fail() {
  echo "gumshoe:1 failed: $1"
  exit 69
}

# A full disk makes a folder and then writes nothing into it; memory comes first, so that a full or slow disk does not matter.
choose_folder() {
  for base in "${TMPDIR:-/dev/shm}" /dev/shm /tmp /var/tmp /run; do
    dir=$(mktemp -d "$base/gumshoe.XXXXXXXXXX" 2>/dev/null) || continue
    { printf '%262144s' '' >"$dir/room" && cat "$dir/room" >"$dir/head"; } 2>/dev/null && : >"$dir/room" && return 0
    rm -rf -- "$dir"
  done
  dir=''
  return 1
}

clean() {
  trap '' HUP INT TERM PIPE
  [ -n "$dir" ] || return 0
  [ -z "$watchdog" ] || kill "$watchdog" 2>/dev/null
  stop
  rm -rf -- "$dir" 2>/dev/null || { sleep 0.2 && rm -rf -- "$dir"; }
}

# Stop the looks that still run, and nothing else: the number of a process that has ended may be another's by now. A look that has ended left
# its frame; its .pid names the process group of its `timeout` for as long as that runs.
stop() {
  for entry in $pids; do
    [ -s "$dir/${entry%%:*}.frame" ] || kill "${entry##*:}"
  done 2>/dev/null
  for file in "$dir"/*.pid; do
    [ -s "$file" ] && read -r pid <"$file" && kill -s KILL -- "-$pid"
  done 2>/dev/null
}

# A process that even SIGKILL does not end (its disk does not answer) must not hold up the other results.
watch() {
  nap=''
  trap 'kill "$nap"; exit' TERM
  sleep "$deadline" &
  nap=$!
  wait "$nap" && kill -USR1 $$
}

# Hundredths of a second since the host started, without starting a program.
clock() {
  { read -r up _ </proc/uptime; } 2>/dev/null || up=0.00
  now=$((${up%.*} * 100 + 1${up#*.} - 100))
}

# look ID SECONDS CHARACTERS KEEP <TEXT: one look in a shell of its own; leaves ID.out, ID.meta and ID.frame in the folder.
look() {
  exec >/dev/null 2>&1
  cd "$dir" || exit
  f=$dir/$1
  cat >"$f.sh"
  clock
  began=$now trimmed=0
  {
    # The files that a look may write, its errors among them, are kept small.
    ulimit -f 8192
    GUMSHOE_STEP=$1 timeout -k 1 "$2" sh -c 'echo "$PPID" >"$0.pid"; . "./$0.sh"' "$1" 2>"$f.err" </dev/null
    echo $? >"$f.exit"
    : >"$f.pid"
    # `cut` ends every text with a newline; this mark tells one that had none. Such a text was cut by its writer, which must stay visible.
    printf 'x'
  } | cut -b 1-16384 | bound $(($3 + 3)) "$4" >"$f.raw"
  clock
  ms=$(((now - began) * 10))
  read -r exit <"$f.exit"
  shape "$3" "$4"
  echo "$exit $ms $bytes $cut $clipped 0" >"$f.meta"
  frame "$1" "$4" "$f.out" >"$f.frame"
}

# bound CHARACTERS KEEP: one end of what comes in. A writer whose end is not kept is still read to its end.
bound() {
  if [ "$2" = newest ]; then tail -c "$1"; else head -c "$1" && cat >/dev/null; fi
}

# drop_part KEEP FILE: only whole lines of a text that was cut.
drop_part() {
  if [ "$1" = newest ]; then sed 1d "$2"; else sed '$d' "$2"; fi
}

# shape CHARACTERS KEEP: $f.raw → $f.out without secrets, no line over 4,000 bytes. Sets bytes, cut (at least so many are lost), clipped.
shape() {
  from=$f.raw size=$(wc -c <"$f.raw") cut=0 clipped=0 open=''
  bytes=$((size - 2))
  [ "$(tail -c 3 "$f.raw")" = "${newline}x" ] || open=yes
  if [ $bytes -gt "$1" ]; then
    from=$f.kept
    drop_part "$2" "$f.raw" >"$from"
    bytes=$(wc -c <"$from")
    cut=$((size - bytes))
    if [ "$2" = newest ]; then bytes=$((bytes - 2)); else open=''; fi
  elif [ -s "$f.err" ] && { [ "$exit" != 0 ] || [ $bytes -le 0 ]; }; then
    from=$f.kept
    head -c $bytes "$f.raw" >"$from"
    [ -z "$open" ] || [ $bytes -le 0 ] || echo >>"$from"
    { echo "--- standard error $nonce ---" && tail -n 40 "$f.err" | cut -b 1-16384; } >>"$from"
    bytes=$(wc -c <"$from") open=''
  fi
  if [ $bytes -le 0 ]; then
    bytes=0
    : >"$f.out"
    return
  fi
  # Lines have up to 16 KB here: a secret within the 4,000 bytes kept is known by what follows it.
  head -c $bytes "$from" | sed -E -f "$dir/redact.sed" >"$f.clean"
  cut -b 1-4000 "$f.clean" >"$f.out"
  set -- $(wc -c "$f.clean" "$f.out")
  bytes=$3 clipped=$(($1 - $3))
  if [ -n "$open" ]; then
    bytes=$((bytes - 1)) clipped=$((clipped + 1))
    head -c $bytes "$f.out" >"$f.clean"
    cat "$f.clean" >"$f.out"
  fi
}

# frame ID KEEP FILE: one result between two lines that only this run can write.
frame() {
  echo "#step $nonce id=$1 exit=$exit ms=$ms bytes=$bytes cut=$cut clipped=$clipped trimmed=$trimmed keep=$2"
  cat "$3"
  printf '\n#end %s %s\n' "$nonce" "$1"
}

# All frames into all.gz, which must not take more than the limit once it is in base64. Where it would: first what nobody reads goes out of
# proxy log lines, then the largest texts are cut, all by the same share of what they may keep at most.
fit() {
  room=$(((limit - 128) / 4 * 3)) sizes=''
  for entry in $order; do
    [ -s "$dir/${entry%%:*}.frame" ] || give_up "${entry%%:*}" "${entry##*:}"
    read -r exit ms bytes cut clipped trimmed <"$dir/${entry%%:*}.meta"
    sizes="$sizes $entry:$bytes"
  done
  share=1000 floor=4096
  pack && return
  trim_largest
  pack && return
  low=0 high=1000 tries=0
  while [ $tries -lt 6 ]; do
    tries=$((tries + 1))
    guess $((total * room / size * 98 / 100))
    if pack; then
      low=$share
      [ $((size * 100 / room)) -lt 93 ] || return
    else
      [ $share -gt 0 ] || break
      high=$share
    fi
  done
  share=$low
  until pack || [ $floor -eq 0 ]; do floor=$((floor * room / size * 95 / 100)); done
}

# The share between low and high at which about $1 bytes are left.
guess() {
  below=$low above=$high
  while [ $((above - below)) -gt 1 ]; do
    share=$(((below + above) / 2))
    weigh
    if [ "$total" -gt "$1" ]; then above=$share; else below=$share; fi
  done
  share=$below
}

# split ID:CHARACTERS:KEEP:BYTES into its parts, and say how many bytes of the text may be kept: its share of what it may keep at most, never
# less than the floor; all of it where both ends matter, but in need.
split() {
  id=${1%%:*} bytes=${1##*:} keep=${1#*:}
  most=${keep%%:*} keep=${keep#*:}
  keep=${keep%%:*} quota=$((most * share / 1000))
  [ $quota -ge $floor ] || quota=$floor
  [ "$keep" != all ] || [ $floor -lt 4096 ] || quota=$most
}

# The bytes that are left of all texts, in total.
weigh() {
  total=0
  for entry in $sizes; do
    split "$entry"
    if [ "$bytes" -gt $quota ]; then total=$((total + quota)); else total=$((total + bytes)); fi
  done
}

# Frames → all.gz, each text within its quota; sets size and total. Says whether it fits.
pack() {
  weigh
  set -- "$dir/head"
  for entry in $sizes; do
    split "$entry"
    if [ "$bytes" -gt $quota ] && [ $share -lt 1000 ]; then
      shorten "$id" "$keep" $quota
      set -- "$@" "$dir/$id.short"
    else
      set -- "$@" "$dir/$id.frame"
    fi
  done
  cat "$@" | gzip -9 >"$dir/all.gz"
  size=$(wc -c <"$dir/all.gz")
  [ "$size" -le "$room" ]
}

# shorten ID KEEP BYTES: the frame of a text of which less is kept.
shorten() {
  read -r exit ms bytes cut clipped trimmed <"$dir/$1.meta"
  bound "$3" "$2" <"$dir/$1.out" >"$dir/part"
  drop_part "$2" "$dir/part" >"$dir/lines"
  [ -s "$dir/lines" ] || cat "$dir/part" >"$dir/lines"
  left=$(wc -c <"$dir/lines")
  cut=$((cut + bytes - left)) bytes=$left
  frame "$1" "$2" "$dir/lines" >"$dir/$1.short"
}

# Headers, TLS details and the answer's headers are most of a proxy log line; only the user agent among them is read.
trim_largest() {
  old=$sizes sizes=''
  for entry in $old; do
    split "$entry"
    read -r exit ms bytes cut clipped trimmed <"$dir/$id.meta"
    if [ "$bytes" -gt 16384 ]; then
      sed -E -e 's/,"resp_headers": ?\{("[^"]*": ?\[[^]]*\](, ?)?)*\}//' -e 's/,"tls": ?\{[^{}]*\}//' \
        -e 's/"headers": ?\{[^{}]*("User-Agent": ?\["[^"]*"\])[^{}]*\}/"headers":{\1}/' \
        -e 's/"remote_port": ?"?[0-9]*"?,? ?//' -e 's/("ts": ?[0-9]{10}\.[0-9]{3})[0-9]+/\1/' \
        -e 's/("duration": ?[0-9]+\.[0-9]{6})[0-9]+([,}])/\1\2/' -e 's/,"(size|bytes_read)": ?[0-9]+//g' "$dir/$id.out" >"$dir/lines"
      cat "$dir/lines" >"$dir/$id.out"
      trimmed=$((bytes - $(wc -c <"$dir/$id.out"))) bytes=$((bytes - trimmed))
      echo "$exit $ms $bytes $cut $clipped $trimmed" >"$dir/$id.meta"
      frame "$id" "$keep" "$dir/$id.out" >"$dir/$id.frame"
    fi
    sizes="$sizes $id:$most:$keep:$bytes"
  done
}

# give_up ID KEEP: the frame of a look that did not end by the deadline.
give_up() {
  exit=124 ms=$((deadline * 1000)) bytes=0 cut=0 clipped=0 trimmed=0
  echo "$exit $ms 0 0 0 0" >"$dir/$1.meta"
  frame "$1" "$2" /dev/null >"$dir/$1.frame"
}

# What sed takes out of every text.
rules() {
  cat >"$dir/redact.sed" <<'#end of rules'
#:redact
#end of rules
}

gumshoe
