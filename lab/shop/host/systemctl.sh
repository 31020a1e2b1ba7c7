#!/bin/sh
# Stands in for systemctl of the shop's host. Units are a file each with what systemd says of them, kept up to date by whoever runs them; a unit is
# begun, ended or begun again by whoever runs it, who is asked by a file and answers by another one.
units='@units@' asked='@asked@'
verb=$1 properties='' value='' names='' take='' options=''
shift
for word; do
  if [ -n "$take" ]; then properties="$properties $word" take=''; continue; fi
  case $options$word in
    --) options=over ;;
    -p | --property) take=yes ;;
    -p*) properties="$properties ${word#-p}" ;;
    --property=*) properties="$properties ${word#--property=}" ;;
    --value) value=yes ;;
    -*) ;;
    over*) names="$names ${word%.service}" ;;
    *) names="$names ${word%.service}" ;;
  esac
done

show() {
  file=$units/$1
  [ -f "$file" ] || file=$units/.not-found
  while IFS= read -r line; do
    key=${line%%=*}
    [ -z "$properties" ] || case " $properties " in *" $key "*) ;; *) continue ;; esac
    if [ -n "$value" ]; then printf '%s\n' "${line#*=}"; else printf '%s\n' "$line"; fi
  done <"$file"
}

ask() {
  [ -f "$units/$1" ] || { echo "Failed to $verb $1.service: Unit $1.service not found." >&2 && exit 5; }
  request=$asked/$$-$1
  echo "$verb $1" >"$request.new" && mv "$request.new" "$request.ask"
  until [ -f "$request.done" ]; do sleep 0.05; done
  read -r code <"$request.done"
  rm -f "$request.done"
  [ "$code" = 0 ] || { echo "Job for $1.service failed." >&2 && exit 1; }
}

case $verb in
  show)
    set -- $names
    while [ $# -gt 0 ]; do
      show "$1"
      shift
      [ $# -eq 0 ] || echo
    done
    ;;
  start | stop | restart) for name in $names; do ask "$name"; done ;;
  is-active)
    code=3
    for name in $names; do
      properties=ActiveState value=yes
      state=$(show "$name")
      echo "$state"
      [ "$state" != active ] || code=0
    done
    exit $code
    ;;
  list-units | list-unit-files) for file in "$units"/*; do echo "${file##*/}.service loaded active running"; done ;;
  *) echo "Unknown command verb $verb." >&2 && exit 1 ;;
esac
