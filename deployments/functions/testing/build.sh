#!/bin/sh
# Builds the test modules.
# Debian 12 packages: clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 binaryen wabt
set -eu
cd "$(dirname "$0")"

for name in loop trap exit3; do
    wat2wasm -o "$name.wasm" "$name.wat"
done
for name in grow env sleep cgi; do
    clang-14 --target=wasm32-wasi -mcpu=mvp -std=c11 -Oz -Wall -Wextra -Werror -I../include \
        -Wl,--stack-first -Wl,-z,stack-size=8192 -Wl,--strip-all -o "$name.wasm" "$name.c"
    wasm-opt --mvp-features -Oz -o "$name.wasm" "$name.wasm"
    wasm-strip "$name.wasm"
    chmod 644 "$name.wasm"
done
