#!/bin/sh
# Builds thumbnail.wasm.
# Debian 12 packages: clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 binaryen wabt
#                     libstb-dev
set -eu
cd "$(dirname "$0")"

clang-14 --target=wasm32-wasi -mcpu=mvp -std=c11 -O2 -Wall -Wextra -Werror \
    -I../include -isystem /usr/include/stb \
    -Wl,--stack-first -Wl,-z,stack-size=32768 -Wl,--strip-all -o thumbnail.wasm thumbnail.c -lm
wasm-opt --mvp-features -O3 -o thumbnail.wasm thumbnail.wasm
wasm-strip thumbnail.wasm
chmod 644 thumbnail.wasm
