#!/bin/sh
# Gumshoe looks at one unit of a host; it changes nothing. What it prints stands between two marks. The text is fixed: the unit's name reaches it
# as an environment variable only.

#:show-unit

echo 'gumshoe:1 begin'
show now
echo 'gumshoe:1 end'
