#!/bin/sh
# Builds noop.wasm.
# Debian 12 packages: wabt
set -eu
cd "$(dirname "$0")"

wat2wasm -o noop.wasm noop.wat
