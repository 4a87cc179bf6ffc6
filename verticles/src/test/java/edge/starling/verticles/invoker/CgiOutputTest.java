package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CgiOutputTest {
  private static final Map<String, String> CGI = Map.of("cgi_response", "true");

  @Test
  void takesAllOutputForTheBody() {
    Response response =
        CgiOutput.toResponse(Map.of(), request(Headers.NONE), utf8("Status: 404\n\n"));

    assertThat(response)
        .isEqualTo(
            new Response(
                200,
                Headers.of("Content-Type", "text/plain; charset=utf-8"),
                Body.utf8("Status: 404\n\n")));
  }

  @Test
  void answersInTheDeployedContentTypeElseInThatOfTheRequest() {
    Request html = request(Headers.of("content-type", "text/html"));
    Map<String, String> deployed = Map.of("content_type", "image/png");

    assertThat(CgiOutput.toResponse(Map.of(), html, utf8("x")).headers().first("Content-Type"))
        .hasValue("text/html");
    assertThat(CgiOutput.toResponse(deployed, html, utf8("x")).headers().first("Content-Type"))
        .hasValue("image/png");
  }

  @Test
  void readsStatusHeadersAndBody() {
    Response response =
        cgi("Status: 201 Created\r\nContent-Type: text/css\r\nX-A:1\r\nx-a: 2\r\n\r\n\r\nbody\n");

    assertThat(response)
        .isEqualTo(
            new Response(
                201,
                Headers.of("Content-Type", "text/css", "X-A", "1", "x-a", "2"),
                Body.utf8("\r\nbody\n")));
  }

  @Test
  void fillsInStatusAndContentType() {
    assertThat(cgi("X-A: 1\n\nhello"))
        .isEqualTo(
            new Response(
                200,
                Headers.of("X-A", "1", "Content-Type", "text/plain; charset=utf-8"),
                Body.utf8("hello")));
    assertThat(cgi("Location: /elsewhere\n\n"))
        .isEqualTo(new Response(302, Headers.of("Location", "/elsewhere"), Body.EMPTY));
    assertThat(cgi("status: 307\nLocation: /elsewhere\n\n").status()).isEqualTo(307);
    assertThat(cgi("\nhello").body()).isEqualTo(Body.utf8("hello"));
  }

  @Test
  void framesTheMessageItself() {
    Response response =
        cgi("Content-Length: 9\nTransfer-Encoding: chunked\nConnection: close\nX: y\n\n");

    assertThat(response.headers()).isEqualTo(Headers.of("X", "y"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "hello\n\nworld",
        "X: 1\n",
        "X: 1\nbody without empty line",
        "HTTP/1.1 200 OK\n\n",
        "Two words: 1\n\n",
        ": 1\n\n",
        "X: a\rb\n\n",
        "X: a\0b\n\n",
        " folded: 1\n\n",
        "Status: 42\n\n",
        "Status: 100\n\n",
        "Status: 200\nStatus: 201\n\n",
        "Status: fine\n\n"
      })
  void saysWhatIsWrongWithABadBlock(String output) {
    assertThatThrownBy(() -> cgi(output))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CGI header block");
  }

  @Test
  void doesNotLookForTheEndOfABlockForEver() {
    assertThatThrownBy(() -> cgi("X: 1\n".repeat(20_000) + "\n"))
        .hasMessageContaining("within the first 65536 bytes");
  }

  private static Response cgi(String output) {
    return CgiOutput.toResponse(CGI, request(Headers.NONE), utf8(output));
  }

  private static Request request(Headers headers) {
    return new Request("GET", "/", null, headers, Body.EMPTY);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
