package edge.starling.verticles.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PiecesTest {
  private final Pieces pieces = new Pieces(25, 10);

  @Test
  void givesEachPieceOnce() {
    assertThat(pieces.take()).hasValue(0);
    assertThat(pieces.take()).hasValue(10);
    assertThat(pieces.take()).hasValue(20);
    assertThat(pieces.take()).isEmpty();
    assertThat(pieces.lengthAt(20)).isEqualTo(5);
  }

  @Test
  void givesAFailedPieceAgain() {
    pieces.take();
    pieces.take();
    pieces.failed(0);

    assertThat(pieces.take()).hasValue(0);
    assertThat(pieces.take()).hasValue(20);
  }

  @Test
  void knowsWhenItHasBegun() {
    assertThat(pieces.haveBegun()).isFalse();
    pieces.arrived(20);
    assertThat(pieces.haveBegun()).isTrue();
  }

  @Test
  void startsOver() {
    pieces.take();
    pieces.arrived(0);
    pieces.startOver();

    assertThat(pieces.take()).hasValue(0);
    assertThat(pieces.haveBegun()).isFalse();
  }

  @Test
  void asksNothingForAnEmptyFile() {
    assertThat(new Pieces(0, 10).take()).isEmpty();
  }
}
