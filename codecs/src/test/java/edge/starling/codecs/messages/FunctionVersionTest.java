package edge.starling.codecs.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionVersionTest {
  private static final String HASH = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

  @Test
  void ordersByCounterThenByHash() {
    FunctionVersion first = new FunctionVersion(1, "f0");
    FunctionVersion second = new FunctionVersion(2, "a0");
    FunctionVersion secondOfTheOtherSide = new FunctionVersion(2, "b0");
    FunctionVersion tenth = new FunctionVersion(10, "00");
    assertThat(List.of(tenth, secondOfTheOtherSide, first, second).stream().sorted())
        .containsExactly(first, second, secondOfTheOtherSide, tenth);
    assertThat(second).isEqualByComparingTo(new FunctionVersion(2, "a0"));
  }

  @Test
  void countsOn() {
    assertThat(new FunctionVersion(3, "a0").next("b0")).isEqualTo(new FunctionVersion(4, "b0"));
  }

  @Test
  void showsEnoughOfTheHash() {
    assertThat(new FunctionVersion(3, HASH)).hasToString("3-0f1e2d3c4b5a");
    assertThat(new FunctionVersion(3, "a0")).hasToString("3-a0");
  }
}
