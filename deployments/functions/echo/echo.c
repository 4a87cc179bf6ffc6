/* echo - copies the request body to the response body, byte for byte. */
#include "starling_fn.h"

static char buffer[32 * 1024];

int main(void)
{
    for (;;) {
        /* Not fn_read: whatever has arrived is passed on at once. */
        ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
        if (got == 0)
            return 0;
        if (got < 0)
            return fn_fail("echo: cannot read the request body");
        if (fn_write(STDOUT_FILENO, buffer, (size_t)got) != 0)
            return fn_fail("echo: cannot write the response body");
    }
}
