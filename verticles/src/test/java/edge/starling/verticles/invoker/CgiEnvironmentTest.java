package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CgiEnvironmentTest {
  @Test
  void tellsMethodPathQueryLengthAndId() {
    assertThat(environment("a=b", Headers.NONE))
        .containsOnly(
            entry("Http_Method", "POST"),
            entry("Http_Path", "/p"),
            entry("Http_Query", "a=b"),
            entry("Http_Content_Length", "3"),
            entry("Http_X_Call_Id", "call-1"));
    assertThat(environment(null, Headers.NONE)).doesNotContainKey("Http_Query");
    assertThat(environment("", Headers.NONE)).doesNotContainKey("Http_Query");
  }

  @Test
  void namesHeadersAsTheWatchdogDoes() {
    assertThat(environment(null, Headers.of("content-TYPE", "text/css", "dnt", "1")))
        .contains(entry("Http_Content_Type", "text/css"), entry("Http_Dnt", "1"));
  }

  @Test
  void joinsAHeaderThatCameSeveralTimes() {
    assertThat(
            environment(null, Headers.of("Via", "a", "Cookie", "x=1", "via", "b", "Cookie", "y=2")))
        .contains(entry("Http_Via", "a, b"), entry("Http_Cookie", "x=1; y=2"));
  }

  @Test
  void leavesOutWhatCouldDeceive() {
    Headers headers =
        Headers.of(
            "Proxy", "http://evil", "X_Real_Ip", "1.2.3.4", "X-Nul", "a\0b", "X-Call-Id", "z");

    assertThat(environment(null, headers))
        .doesNotContainKeys("Http_Proxy", "Http_X_Real_Ip", "Http_X_Nul")
        .containsEntry("Http_X_Call_Id", "call-1");
  }

  @Test
  void letsTheRequestWinOverTheDeployersVariables() {
    Map<String, String> all =
        CgiEnvironment.of(
            new InvocationId("call-1"),
            request(null, Headers.of("Via", "b")),
            Map.of("Http_Method", "GET", "Http_Via", "a", "MODE", "fast"));

    assertThat(all)
        .contains(entry("Http_Method", "POST"), entry("Http_Via", "b"), entry("MODE", "fast"));
  }

  private static Map<String, String> environment(@Nullable String query, Headers headers) {
    return CgiEnvironment.of(new InvocationId("call-1"), request(query, headers), Map.of());
  }

  private static Request request(@Nullable String query, Headers headers) {
    return new Request("POST", "/p", query, headers, Body.utf8("abc"));
  }
}
