#!/bin/sh
# Builds echo.wasm.
# Debian 12 packages: clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 binaryen wabt
set -eu
cd "$(dirname "$0")"

# One 64 KiB page holds everything: a 8 KiB stack, then the static data.
clang-14 --target=wasm32-wasi -mcpu=mvp -std=c11 -Oz -Wall -Wextra -Werror -I../include \
    -Wl,--stack-first -Wl,-z,stack-size=8192 -Wl,--strip-all -o echo.wasm echo.c
wasm-opt --mvp-features -Oz -o echo.wasm echo.wasm
wasm-strip echo.wasm
chmod 644 echo.wasm
