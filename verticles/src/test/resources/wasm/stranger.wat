;; Imports what WASI does not have.
(module
  (import "env" "telephone" (func (param i32)))
  (import "wasi_snapshot_preview1" "fd_raed" (func (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
