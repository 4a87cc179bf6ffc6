package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a function's stdout as its response.
 *
 * <p>Without more, all of stdout is the body and the status is 200. The content type is the
 * deployed variable {@value #CONTENT_TYPE_VARIABLE} where there is one, else that of the request
 * (both as OpenFaaS's classic watchdog has it), else {@value #DEFAULT_CONTENT_TYPE}.
 *
 * <p>A function deployed with the variable {@value #CGI_VARIABLE}{@code =true} begins its output
 * with a CGI header block (RFC 3875, 6.2 and 6.3): header fields, one a line, ended by an empty
 * line; lines end in LF or CRLF. {@code Status: 404} or {@code Status: 404 Not Found} sets the
 * status; without one it is 302 where there is a {@code Location}, else 200. All other fields
 * become headers of the response, but for those that frame the message, which the node sets itself.
 * This has to be asked for, since with it whoever can make a function print a text can make it
 * answer with headers.
 */
final class CgiOutput {
  static final String CGI_VARIABLE = "cgi_response";
  static final String CONTENT_TYPE_VARIABLE = "content_type";
  static final String DEFAULT_CONTENT_TYPE = "text/plain; charset=utf-8";

  private static final String CONTENT_TYPE = "Content-Type";
  private static final Headers DEFAULT_HEADERS = Headers.of(CONTENT_TYPE, DEFAULT_CONTENT_TYPE);
  private static final int LONGEST_BLOCK = 64 * 1024;
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");
  private static final Pattern STATUS = Pattern.compile("([2-5]\\d\\d)( .*)?");
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final Map<String, String> env;
  private final Request request;
  private final byte[] stdout;
  private int position;

  private CgiOutput(Map<String, String> env, Request request, byte[] stdout) {
    this.env = env;
    this.request = request;
    this.stdout = stdout;
  }

  /**
   * @param env that the function was deployed with
   * @param stdout given away
   * @throws IllegalArgumentException says what is wrong with the header block
   */
  static Response toResponse(Map<String, String> env, Request request, byte[] stdout) {
    CgiOutput output = new CgiOutput(env, request, stdout);
    return Boolean.parseBoolean(env.get(CGI_VARIABLE))
        ? output.withBlock()
        : new Response(200, output.defaultHeaders(), Body.of(stdout));
  }

  private Headers defaultHeaders() {
    String deployed = env.get(CONTENT_TYPE_VARIABLE);
    if (deployed != null) {
      return Headers.of(CONTENT_TYPE, deployed);
    }
    return request
        .headers()
        .first(CONTENT_TYPE)
        .map(type -> Headers.of(CONTENT_TYPE, type))
        .orElse(DEFAULT_HEADERS);
  }

  private Response withBlock() {
    List<String> fields = new ArrayList<>();
    int status = 0;
    for (String line = nextLine(); !line.isEmpty(); line = nextLine()) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1).strip();
      if (colon < 0 || !NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
        throw bad("\"" + shortened(line) + "\" is not a header field");
      }
      if (name.equalsIgnoreCase("Status")) {
        status = status(status, value);
      } else if (!FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
        fields.add(name);
        fields.add(value);
      }
    }
    Headers headers = new Headers(fields);
    if (status == 0) {
      status = headers.first("Location").isPresent() ? 302 : 200;
    }
    byte[] body = Arrays.copyOfRange(stdout, position, stdout.length);
    return new Response(status, withType(headers, body), Body.of(body));
  }

  private static int status(int before, String value) {
    var match = STATUS.matcher(value);
    if (before != 0 || !match.matches()) {
      throw bad("the status is one number from 200 to 599, not \"" + shortened(value) + "\"");
    }
    return Integer.parseInt(match.group(1));
  }

  private Headers withType(Headers headers, byte[] body) {
    if (body.length == 0 || headers.first(CONTENT_TYPE).isPresent()) {
      return headers;
    }
    return headers.with(
        CONTENT_TYPE, env.getOrDefault(CONTENT_TYPE_VARIABLE, DEFAULT_CONTENT_TYPE));
  }

  private String nextLine() {
    int start = position;
    int last = Math.min(stdout.length, LONGEST_BLOCK);
    for (int i = start; i < last; i++) {
      if (stdout[i] == '\n') {
        position = i + 1;
        int end = i > start && stdout[i - 1] == '\r' ? i - 1 : i;
        return new String(stdout, start, end - start, StandardCharsets.ISO_8859_1);
      }
    }
    throw bad("no empty line ends the header block within the first " + LONGEST_BLOCK + " bytes");
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  private static IllegalArgumentException bad(String what) {
    return new IllegalArgumentException(
        "the function is deployed with "
            + CGI_VARIABLE
            + "=true, but its output does not begin with a CGI header block: "
            + what);
  }
}
