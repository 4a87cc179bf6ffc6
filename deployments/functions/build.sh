#!/bin/sh
# Builds all WebAssembly samples; see README.md for the packages this needs.
set -eu
cd "$(dirname "$0")"

for folder in echo sha256 thumbnail noop testing; do
    "./$folder/build.sh"
done
