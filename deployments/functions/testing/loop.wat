;; loop - never ends by itself; for tests of the time limit.
(module
  (memory (export "memory") 1)
  (func (export "_start")
    (loop $again
      (br $again))))
