package edge.starling.verticles.routing;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.config.ConfigLoader;
import edge.starling.config.InvalidConfig;
import edge.starling.config.NodeConfig;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PolicyBookTest {
  private final Surroundings surroundings = Surroundings.of(A, B);
  private final RoutedCall call = surroundings.call();
  private final PolicyBook book =
      new PolicyBook(config("routing.policy=round-robin"), () -> 0, new Random(1));

  @Test
  void hasOneForCallsOneForItemsAndThoseOfFunctions() {
    SchedulingPolicy forCalls = book.of(call, false, null);
    SchedulingPolicy ofFunction = book.of(call, false, "random");

    assertThat(book.of(call, true, "random")).isNotIn(forCalls, ofFunction);
    assertThat(ofFunction).isNotSameAs(forCalls).isSameAs(book.of(call, false, "random"));
  }

  @Test
  void whatStaysChosenKeepsItsState() {
    SchedulingPolicy forCalls = book.of(call, false, null);

    book.use(config("routing.policy=round-robin", "manycall.policy=random"));
    assertThat(book.of(call, false, null)).isSameAs(forCalls);

    book.use(config("routing.policy=all-local"));
    assertThat(book.of(call, false, null)).isNotSameAs(forCalls);
    assertThat(book.of(call, false, null).decide(call, surroundings.view))
        .isEqualTo(new Decision.Forward(List.of(A)));
  }

  @Test
  void changesNothingWhereOnePolicyIsUnknown() {
    SchedulingPolicy forCalls = book.of(call, false, null);

    assertThatThrownBy(() -> book.use(config("routing.policy=random", "manycall.policy=no-such")))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("manycall.policy");
    assertThat(book.of(call, false, null)).isSameAs(forCalls);
  }

  @Test
  void theNodesOwnDecidesWhereAFunctionsIsMissing() {
    assertThat(book.of(call, false, "learned-elsewhere")).isSameAs(book.of(call, false, null));

    book.use(config("routing.policy=random"));

    assertThat(book.of(call, false, "learned-elsewhere")).isSameAs(book.of(call, false, null));
  }

  @Test
  void tellsWhatIsWrongWithAText() {
    assertThat(book.problem("policy", "static:here=0.5")).isNull();
    assertThat(book.problem("policy", "static:here=5")).contains("here from 0.01 to 0.99");
    assertThat(book.problem("policy", "no-such")).contains("one of all-local");
  }

  private static NodeConfig config(String... settings) {
    return ConfigLoader.load(null, Map.of(), List.of(settings));
  }
}
