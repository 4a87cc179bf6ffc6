package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHeadTest {
  @Test
  void aRequestHasOneHost() {
    Problem fault = RequestHead.fault("HTTP/1.1", 2, List.of());

    assertThat(fault.status()).isEqualTo(400);
    assertThat(fault.detail()).contains("one Host field");
  }

  @Test
  void oneCodingAndTwoVersionsAreKnown() {
    assertThat(RequestHead.fault("HTTP/1.1", 1, List.of())).isNull();
    assertThat(RequestHead.fault("HTTP/1.0", 1, List.of())).isNull();
    assertThat(RequestHead.fault("HTTP/1.1", 1, List.of("Chunked"))).isNull();
    assertThat(status("HTTP/2.0")).isEqualTo(505);
    assertThat(status("HTTP/1.1", "xchunked")).isEqualTo(501);
    assertThat(status("HTTP/1.1", "gzip, chunked")).isEqualTo(501);
    assertThat(status("HTTP/1.1", "chunked", "chunked")).isEqualTo(501);
    assertThat(status("HTTP/1.1", "")).isEqualTo(501);
    assertThat(status("HTTP/1.0", "chunked")).isEqualTo(400);
  }

  private static int status(String version, String... transferEncodings) {
    Problem fault = RequestHead.fault(version, 1, List.of(transferEncodings));
    return fault == null ? 200 : fault.status();
  }

  @ParameterizedTest
  @CsvSource({
    "/functions/%zz, the path",
    "/functions/%, the path",
    "/functions/%4, the path",
    "/functions/%4٤, the path",
    "/functions?prefix=%zz, the query",
    "*, the target",
    "functions, the target"
  })
  void aTargetThatCannotBeReadIsNamed(String target, String named) {
    assertThat(RequestHead.targetFault(target)).startsWith(named);
  }

  @Test
  void otherTargetsAreFine() {
    for (String target : new String[] {"/", "/a%20b?c=%2f%ff", "http://h/a", "/?a=b%25"}) {
      assertThat(RequestHead.targetFault(target)).isNull();
    }
  }
}
