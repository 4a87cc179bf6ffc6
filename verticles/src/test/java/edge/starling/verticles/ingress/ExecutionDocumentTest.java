package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutionDocumentTest {
  private static ExecutionDocument parse(String json) {
    return ExecutionDocument.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void defaultsToPostWithoutABody() {
    ExecutionDocument call = parse("{}");
    assertThat(call.method()).isEqualTo("POST");
    assertThat(call.path()).isEqualTo("/");
    assertThat(call.query()).isNull();
    assertThat(call.headers()).isEmpty();
    assertThat(call.body().length()).isZero();
  }

  @Test
  void aStringIsItsText() {
    ExecutionDocument call = parse("{\"body\":\"gr\\u00fc\\u00df \\\"dich\\\"\"}");
    assertThat(call.body().utf8()).isEqualTo("grüß \"dich\"");
    assertThat(call.headers()).containsExactly("Content-Type", "text/plain; charset=utf-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": [1, 2.50, 12345678901234567890123]}",
        "[ \"ä\" ]",
        "[]",
        "12345678901234567890.10",
        "-1e400",
        "0",
        "true",
        "false"
      })
  void anyOtherValueIsItsJsonAsItStands(String value) {
    for (String around :
        new String[] {"{\"body\":%s}", "{ \"body\" : %s , \"http_method\":\"PUT\"}"}) {
      String json = around.formatted(value);
      ExecutionDocument call = parse(json);
      assertThat(call.body().utf8()).isEqualTo(value);
      assertThat(call.headers()).containsExactly("Content-Type", "application/json");
    }
  }

  @Test
  void base64CarriesBytes() {
    ExecutionDocument call = parse("{\"body_base64\":\"AAH/\"}");
    assertThat(call.body().array()).containsExactly(0, 1, -1);
    assertThat(call.headers()).containsExactly("Content-Type", "application/octet-stream");
  }

  @Test
  void theClientsContentTypeWins() {
    ExecutionDocument call =
        parse(
            "{\"headers\":{\"content-type\":\"image/png\",\"X-A\":\"b\"},\"body_base64\":\"AA==\"}");
    assertThat(call.headers()).containsExactly("content-type", "image/png", "X-A", "b");
  }

  @Test
  void splitsPathAndQuery() {
    ExecutionDocument call = parse("{\"path_and_query\":\"/a/../b?k=v&u=http://x/../y\"}");
    assertThat(call.path()).isEqualTo("/b");
    assertThat(call.query()).isEqualTo("k=v&u=http://x/../y");
  }

  @Test
  void nullCountsAsAbsent() {
    ExecutionDocument call =
        parse(
            "{\"http_method\":null,\"body\":null,\"body_base64\":\"AA==\",\"headers\":null,"
                + "\"path_and_query\":null}");
    assertThat(call.method()).isEqualTo("POST");
    assertThat(call.body().length()).isEqualTo(1);
  }

  @Test
  void hasTheLimitsOfAPlainCall() {
    String path = "/" + "a".repeat(8 * 1024 - 1);
    assertThat(parse("{\"path_and_query\":\"" + path + "\"}").path()).isEqualTo(path);
    assertThatThrownBy(() -> parse("{\"path_and_query\":\"" + path + "a\"}"))
        .isInstanceOf(Unacceptable.class)
        .hasMessageContaining("path_and_query may have 8192");
    String two = "{\"headers\":{\"a\":\"" + "x".repeat(8 * 1024 - 5) + "\",\"b\":\"%s\"}}";
    assertThat(parse(two.formatted("x".repeat(8 * 1024 - 5))).headers()).hasSize(4);
    assertThatThrownBy(() -> parse(two.formatted("x".repeat(8 * 1024 - 4))))
        .isInstanceOf(Unacceptable.class)
        .hasMessageContaining("headers may have 16384 bytes");
  }

  @Test
  void charactersOutsideTheFirstPlaneAreText() {
    assertThat(parse("{\"body\":\"\\ud83d\\ude00\"}").body().utf8()).isEqualTo("😀");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"http_method\":\"FETCH\"} | http_method must be GET, POST, PUT, DELETE or PATCH",
        "{\"http_method\":\"get\"} | http_method",
        "{\"http_method\":7} | http_method must be a string",
        "{\"method\":\"GET\"} | \"method\" is unknown; allowed are http_method",
        "{\"method\":null} | \"method\" is unknown",
        "{\"body\":1,\"body_base64\":\"AA==\"} | exclude each other",
        "{\"body_base64\":\"*\"} | body_base64 must be base64",
        "{\"body_base64\":[]} | body_base64 must be a string",
        "{\"path_and_query\":\"/../../x\"} | path_and_query must not leave",
        "{\"path_and_query\":\"/%2e%2e/x\"} | encoded dots",
        "{\"path_and_query\":\"/a%2f..%2f..\"} | encoded dots or slashes",
        "{\"path_and_query\":\"/\\\\x\"} | backslashes",
        "{\"path_and_query\":\"/\\u0000\"} | path_and_query must not",
        "{\"path_and_query\":\"http://evil/\"} | path_and_query must begin with one slash",
        "{\"path_and_query\":\"//evil/\"} | path_and_query must begin with one slash",
        "{\"path_and_query\":\"/?a b\"} | path_and_query must be percent-encoded",
        "{\"path_and_query\":\"/?a\\r\\nX: y\"} | path_and_query must be percent-encoded",
        "{\"path_and_query\":\"/?a#b\"} | '#'",
        "{\"headers\":[]} | headers must be an object of strings",
        "{\"headers\":{\"a\":1}} | headers.a must be a string",
        "{\"headers\":{\"a b\":\"c\"}} | headers",
        "{\"headers\":{\"a\":\"b\\r\\nc: d\"}} | headers",
        "{\"headers\":{\"Connection\":\"x\"}} | cannot be chosen",
        "{\"headers\":{\"content-length\":\"1\"}} | cannot be chosen",
        "{\"headers\":{\"X-Call-Id\":\"1\"}} | cannot be chosen",
        "{\"body\":\"a\\ud800\"} | body has a surrogate without",
        "{\"body\":\"\\ud800b\"} | body has a surrogate without",
        "{\"body\":\"\\ude00\\ud83d\"} | body has a surrogate without",
        "[] | must be a JSON object",
        "x | must be a JSON object",
        "{\"body\":1 | must be a JSON object",
        "{} {} | nothing more",
        "{\"body\":1,\"body\":2} | must be a JSON object"
      })
  void refusesWhatIsMalformedAndSaysWhere(String json, String message) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(Unacceptable.class)
        .hasMessageContaining(message);
  }
}
