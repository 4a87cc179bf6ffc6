#!/bin/sh
# The published load by Vegeta: 50 calls/s for five minutes into one node, such as the first one of
# `starling.jar demo`. two-nodes.targets splits its rate over two nodes: take 60.
#
#   overload.sh [TARGETS [RATE [SECONDS]]]
#
# RATE: calls a second, 1 to 1000. SECONDS: 1 to 600. TARGETS: a file beside this script, or any
# other; only addresses of this machine are called.
set -eu

fail() {
  printf '%s\n' "$2" >&2
  exit "$1"
}

# A whole number from 1 to $3.
bounded() {
  case $2 in
    '' | *[!0-9]* | ?????*) fail 2 "$1 must be a whole number from 1 to $3, not \"$2\"" ;;
  esac
  if [ "$2" -lt 1 ] || [ "$2" -gt "$3" ]; then
    fail 2 "$1 must be a whole number from 1 to $3, not \"$2\""
  fi
}

# Every line that names an address names one of this machine.
loopback_only() {
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      *' http'*@*) fail 2 "an address with a user: $line" ;;
      *' http://127.0.0.1:'* | *' http://localhost:'*) ;;
      *' http://'* | *' https://'*) fail 2 "only addresses of this machine are called: $line" ;;
    esac
  done <"$1"
}

rate=${2:-50}
seconds=${3:-300}
targets=${1:-overload.targets}
bounded RATE "$rate" 1000
bounded SECONDS "$seconds" 600
[ -f "$targets" ] || cd "${0%/*}"
[ -f "$targets" ] || fail 2 "there is no file $targets"
loopback_only "$targets"

command -v vegeta >/dev/null 2>&1 || fail 127 "vegeta is not installed. It is one file: get it from
https://github.com/tsenart/vegeta/releases and put it on the PATH, or build it with
  go install github.com/tsenart/vegeta/v12@latest
The same loads without it: java -jar loadtest/target/loadtest.jar overload"

folder=$(cd "${0%/*}" && pwd)
case $targets in
  /*) ;;
  *) targets=$PWD/$targets ;;
esac
cd "$folder" # where the targets' bodies are
vegeta attack -name overload -targets "$targets" -rate "$rate/1s" -duration "${seconds}s" \
  -max-workers 256 -timeout 10s | vegeta report -type text
