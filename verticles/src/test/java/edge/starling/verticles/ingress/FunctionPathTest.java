package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionPathTest {
  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a/b.txt, /a/b.txt",
    "/a/./b, /a/b",
    "/a/../b, /b",
    "/a/b/.., /a/",
    "/a/., /a/",
    "/a//b, /a//b",
    "/a%20b, /a%20b",
    "/a%2Fb, /a%2Fb",
    "/a/%2e/b, /a/b",
    "/x%2ejpg, /x.jpg",
    "/.well-known, /.well-known",
    "/..., /..."
  })
  void normalisesWhatStaysWithin(String raw, String normal) {
    assertThat(FunctionPath.ofUrl(raw)).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/../x",
        "/../../x",
        "/a/../../x",
        "/%2e%2e/x",
        "/.%2E/x",
        "/..%2fx",
        "/a/..%2F..%2Fx",
        "/a\\..\\x",
        "/a%5c..%5cx",
        "/a%00",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a b",
        "/\u00e4",
        "/a\u0000"
      })
  void refusesWhatLeavesOrHides(String raw) {
    assertThatThrownBy(() -> FunctionPath.ofUrl(raw))
        .isInstanceOfSatisfying(
            Unacceptable.class, e -> assertThat(e.problem().status()).isEqualTo(400));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "//host/x", "http://host/x", "/a%2fb", "/a%2Eb", "/../x"})
  void aFieldIsAPathWithoutEncodedDotsAndSlashes(String raw) {
    assertThatThrownBy(() -> FunctionPath.ofField("path_and_query", raw))
        .hasMessageStartingWith("path_and_query ");
  }

  @Test
  void aPathWithoutAnythingSpecialIsTheSameString() {
    String path = "/a/b";
    assertThat(FunctionPath.ofUrl(path)).isSameAs(path);
  }
}
