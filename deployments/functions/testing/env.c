/* env - prints the environment, sorted by byte values, one variable a line. */
#include "starling_fn.h"

extern char **environ;

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(void)
{
    size_t count = 0;

    while (environ[count] != NULL)
        count++;
    qsort(environ, count, sizeof *environ, compare);
    for (size_t i = 0; i < count; i++)
        if (fn_puts(STDOUT_FILENO, environ[i]) != 0 || fn_puts(STDOUT_FILENO, "\n") != 0)
            return fn_fail("env: cannot write the response body");
    return 0;
}
