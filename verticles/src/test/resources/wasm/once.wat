;; Answers with the byte and the number of table entries that it finds, and leaves others behind:
;; in its memory, a global, its table and its passive data.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global $calls (mut i32) (i32.const 48))
  (table $entries 1 100 funcref)
  (data $letter "a")
  (func (export "_start")
    (memory.init $letter (i32.const 34) (i32.const 0) (i32.const 1))
    (data.drop $letter)
    (i32.store8 (i32.const 32) (i32.add (i32.load8_u (i32.const 60000)) (global.get $calls)))
    (i32.store8 (i32.const 33) (i32.add (table.size $entries) (i32.const 48)))
    (i32.store8 (i32.const 60000) (i32.const 1))
    (global.set $calls (i32.const 50))
    (drop (table.grow $entries (ref.null func) (i32.const 3)))
    (i32.store (i32.const 0) (i32.const 32))
    (i32.store (i32.const 4) (i32.const 3))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
