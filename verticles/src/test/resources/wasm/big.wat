;; Starts with 40 pages, which is 2.5 MiB.
(module
  (memory (export "memory") 40)
  (func (export "_start")))
