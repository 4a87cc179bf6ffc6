/*
 * sleep - waits the number of milliseconds given in the body, then answers
 * "slept N". It waits with poll_oneoff and checks the monotonic clock, so it
 * never returns early; where poll_oneoff does not wait, it is a busy wait.
 */
#include <wasi/api.h>

#include "starling_fn.h"

static __wasi_timestamp_t now(void)
{
    __wasi_timestamp_t time = 0;

    if (__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &time) != __WASI_ERRNO_SUCCESS)
        exit(fn_fail("sleep: no monotonic clock"));
    return time;
}

static void wait_for(__wasi_timestamp_t nanoseconds)
{
    __wasi_subscription_t subscription = {
        .u.tag = __WASI_EVENTTYPE_CLOCK,
        .u.u.clock = {
            .id = __WASI_CLOCKID_MONOTONIC,
            .timeout = nanoseconds,
            .precision = 1,
        },
    };
    __wasi_event_t event;
    __wasi_size_t events = 0;

    /* The result does not matter: the caller looks at the clock. */
    (void)__wasi_poll_oneoff(&subscription, &event, 1, &events);
}

int main(void)
{
    char body[16];
    unsigned milliseconds;
    ssize_t got = fn_read(body, sizeof body - 1);

    if (got < 0)
        return fn_fail("sleep: cannot read the request body");
    while (got > 0 && (body[got - 1] == '\n' || body[got - 1] == '\r' || body[got - 1] == ' '))
        got--;
    body[got] = '\0';
    if (fn_parse_uint(body, '\0', &milliseconds) != 0)
        return fn_fail("sleep: the body must be a number of milliseconds");

    __wasi_timestamp_t end = now() + milliseconds * 1000000ull;
    for (__wasi_timestamp_t time = now(); time < end; time = now())
        wait_for(end - time);

    fn_puts(STDOUT_FILENO, "slept ");
    fn_put_uint(STDOUT_FILENO, milliseconds);
    return fn_puts(STDOUT_FILENO, "\n") == 0 ? 0 : 1;
}
