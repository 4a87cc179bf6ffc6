package edge.starling.codecs.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PieceWindowTest {
  private final List<String> asked = new ArrayList<>();
  private final PieceWindow window = new PieceWindow(2);

  @Test
  void letsWaitWhoFindsNoPlaceInTheOrderOfTheirComing() {
    List.of("a", "b", "c", "d").forEach(piece -> window.enter(() -> asked.add(piece)));
    assertThat(asked).containsExactly("a", "b");

    window.leave();
    assertThat(asked).containsExactly("a", "b", "c");

    window.leave();
    window.leave();
    window.leave();
    List.of("e", "f", "g").forEach(piece -> window.enter(() -> asked.add(piece)));
    assertThat(asked).containsExactly("a", "b", "c", "d", "e", "f");
  }
}
