package edge.starling.codecs.messages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {

  private static Request request(String method, Headers headers) {
    return new Request(method, "/", null, headers, Body.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "get", "Put"})
  void mayRunTwiceByItsMethod(String method) {
    assertThat(request(method, Headers.NONE).isIdempotent()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "post", "CONNECT", "PURGE"})
  void mayNotRunTwiceUnlessTheCallerSaysSo(String method) {
    assertThat(request(method, Headers.NONE).isIdempotent()).isFalse();
    assertThat(request(method, Headers.of("idempotency-key", "k")).isIdempotent()).isTrue();
  }

  @Test
  void keepsEverythingButTheBody() {
    Request request = new Request("POST", "/p", "q=1", Headers.of("a", "b"), Body.EMPTY);
    assertThat(request.withBody(Body.utf8("x")))
        .isEqualTo(new Request("POST", "/p", "q=1", Headers.of("a", "b"), Body.utf8("x")));
  }
}
