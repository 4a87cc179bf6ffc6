;; noop - does nothing at all: the cost of calling it is the platform's own.
(module
  (memory (export "memory") 1)
  (func (export "_start")))
