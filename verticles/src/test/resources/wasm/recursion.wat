;; Calls itself for ever.
(module
  (memory (export "memory") 1)
  (func $deeper (export "_start") (call $deeper) (call $deeper)))
