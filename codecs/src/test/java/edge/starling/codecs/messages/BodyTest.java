package edge.starling.codecs.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BodyTest {
  private static final BodyHandle HANDLE = new BodyHandle(new NodeId("node-1", 1), "key", 70_000);

  @Test
  void isEitherBytesOrAHandle() {
    assertThat(Body.utf8("ü").length()).isEqualTo(2);
    assertThat(Body.held(HANDLE).length()).isEqualTo(70_000);
    assertThatIllegalArgumentException().isThrownBy(() -> new Body(null, null));
    assertThatIllegalArgumentException().isThrownBy(() -> new Body(Bytes.EMPTY, HANDLE));
  }

  @Test
  void hasOneEmptyBody() {
    assertThat(Body.of(new byte[0])).isSameAs(Body.EMPTY);
    assertThat(Body.utf8("")).isSameAs(Body.EMPTY);
    assertThat(Body.EMPTY.length()).isZero();
  }

  @Test
  void isEqualByItsBytes() {
    assertThat(Body.of(new byte[] {1, 2})).isEqualTo(Body.of(new byte[] {1, 2}));
    assertThat(Body.of(new byte[] {1, 2})).hasSameHashCodeAs(Body.of(new byte[] {1, 2}));
    assertThat(Body.of(new byte[] {1, 2})).isNotEqualTo(Body.of(new byte[] {1, 3}));
  }

  @Test
  void isNeverPrinted() {
    assertThat(Body.utf8("a secret").toString()).doesNotContain("secret").contains("8 bytes");
  }
}
