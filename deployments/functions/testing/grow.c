/*
 * grow - takes memory until it gets no more, then reports how much it has:
 * "got 16 MiB (256 pages)". Every page is written to, so a host that promises
 * memory it does not have is found out.
 */
#include "starling_fn.h"

enum { PAGE = 65536, PAGES_PER_MIB = 16 };

/* Grows by some pages and touches them. Returns 0 when there are no more. */
static int grow(size_t pages)
{
    size_t before = __builtin_wasm_memory_grow(0, pages);

    if (before == (size_t)-1)
        return 0;
    for (size_t page = before; page < before + pages; page++)
        *(volatile char *)(page * PAGE) = 1;
    return 1;
}

int main(void)
{
    while (grow(PAGES_PER_MIB)) {
    }
    while (grow(1)) {
    }

    size_t pages = __builtin_wasm_memory_size(0);
    fn_puts(STDOUT_FILENO, "got ");
    fn_put_uint(STDOUT_FILENO, pages / PAGES_PER_MIB);
    fn_puts(STDOUT_FILENO, " MiB (");
    fn_put_uint(STDOUT_FILENO, pages);
    return fn_puts(STDOUT_FILENO, " pages)\n") == 0 ? 0 : 1;
}
