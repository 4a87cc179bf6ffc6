;; Asks for 2 GiB of stdin at once, and exits with the error it gets.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 4) (i32.const 2147483647))
    (call $proc_exit
      (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))))
