/*
 * cgi - answers with a CGI header block (RFC 3875, section 6): the status is
 * taken from the query, status=418 by default; header X-Custom; body "teapot".
 * To be deployed with cgi_response=true.
 */
#include "starling_fn.h"

int main(void)
{
    unsigned status = 418;

    if (fn_query_uint("status", &status) < 0)
        return fn_fail("cgi: status must be a number");
    fn_puts(STDOUT_FILENO, "Status: ");
    fn_put_uint(STDOUT_FILENO, status);
    return fn_puts(STDOUT_FILENO, "\nContent-Type: text/plain\nX-Custom: hello\n\nteapot") == 0 ? 0 : 1;
}
