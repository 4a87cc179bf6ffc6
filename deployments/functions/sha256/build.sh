#!/bin/sh
# Builds sha256.wasm.
# Debian 12 packages: clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 binaryen wabt
set -eu
cd "$(dirname "$0")"

# One 64 KiB page holds everything: a 8 KiB stack, then the static data.
clang-14 --target=wasm32-wasi -mcpu=mvp -std=c11 -O2 -Wall -Wextra -Werror -I../include \
    -Wl,--stack-first -Wl,-z,stack-size=8192 -Wl,--strip-all -o sha256.wasm sha256.c
wasm-opt --mvp-features -O3 -o sha256.wasm sha256.wasm
wasm-strip sha256.wasm
chmod 644 sha256.wasm
