/*
 * starling_fn.h - a tiny helper for Starling functions written in C.
 *
 * The contract of a function: a WASI preview 1 command that reads the request
 * body from stdin, writes the response body to stdout, and finds everything
 * else about the request in CGI-like environment variables (Http_Method,
 * Http_Path, Http_Query, Http_Content_Type ...). A non-zero exit code is an
 * error; the end of stderr is then shown in the answer.
 *
 * Header only and free of stdio, so that modules stay small: printf alone
 * would more than double the size of most of them.
 */
#ifndef STARLING_FN_H
#define STARLING_FN_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Writes all n bytes to a file descriptor. Returns 0, or -1 on failure. */
static inline int fn_write(int fd, const void *data, size_t n)
{
    const char *p = data;

    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done <= 0)
            return -1;
        p += done;
        n -= (size_t)done;
    }
    return 0;
}

/* Writes a NUL-terminated string. */
static inline int fn_puts(int fd, const char *text)
{
    return fn_write(fd, text, strlen(text));
}

/* Writes an unsigned number in decimal. */
static inline int fn_put_uint(int fd, unsigned long long value)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return fn_write(fd, digits + at, sizeof digits - at);
}

/*
 * Reads from stdin until the buffer is full or the body ends. Returns the
 * number of bytes read (less than n only at the end), or -1 on failure.
 */
static inline ssize_t fn_read(void *buffer, size_t n)
{
    char *p = buffer;
    size_t got = 0;

    while (got < n) {
        ssize_t done = read(STDIN_FILENO, p + got, n - got);
        if (done < 0)
            return -1;
        if (done == 0)
            break;
        got += (size_t)done;
    }
    return (ssize_t)got;
}

/* Says on stderr what went wrong and returns the exit code for it. */
static inline int fn_fail(const char *message)
{
    fn_puts(STDERR_FILENO, message);
    fn_puts(STDERR_FILENO, "\n");
    return 1;
}

/*
 * Parses a decimal number that ends at the character `end` or at the end of
 * the string. Returns 0 and sets *value (saturated at 10^8), or -1 when the
 * text is not a number.
 */
static inline int fn_parse_uint(const char *text, char end, unsigned *value)
{
    unsigned number = 0;

    if (*text == end || *text == '\0')
        return -1;
    for (; *text != end && *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return -1;
        number = number * 10 + (unsigned)(*text - '0');
        if (number > 100000000u)
            number = 100000000u;
    }
    *value = number;
    return 0;
}

/*
 * Looks up a number in the query string (Http_Query, "a=1&b=2").
 * Returns 1 and sets *value when it is there, 0 when it is absent, and -1
 * when it is there but not a decimal number.
 */
static inline int fn_query_uint(const char *name, unsigned *value)
{
    const char *query = getenv("Http_Query");
    size_t length = strlen(name);

    while (query != NULL && *query != '\0') {
        if (strncmp(query, name, length) == 0 && query[length] == '=')
            return fn_parse_uint(query + length + 1, '&', value) == 0 ? 1 : -1;
        query = strchr(query, '&');
        if (query != NULL)
            query++;
    }
    return 0;
}

#endif
