package edge.starling.verticles.index;

import static edge.starling.verticles.Sample.description;
import static edge.starling.verticles.Sample.hello;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.NodeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private static final Instant NOW = Instant.parse("2026-01-08T00:00:00Z");
  private static final Duration KEEP = Duration.ofDays(7);

  private final List<Entry> learnt = new ArrayList<>();
  private final Catalogue catalogue = catalogue(5);

  @Test
  void keepsTheHighestVersionWhateverTheOrder() {
    catalogue.learn(live("hello", 2));
    catalogue.learn(live("hello", 1));
    catalogue.learn(live("hello", 2));
    catalogue.learn(live("hello", 3));

    assertThat(of("hello")).isEqualTo(live("hello", 3));
    assertThat(learnt).containsExactly(live("hello", 2), live("hello", 3));
    assertThat(of("other")).isNull();
  }

  @Test
  void aDeletionIsAVersionToo() {
    catalogue.learn(deleted("hello", 2, Duration.ZERO));
    catalogue.learn(live("hello", 1));
    assertThat(of("hello").deleted()).isTrue();

    catalogue.learn(live("hello", 3));
    assertThat(of("hello")).isEqualTo(live("hello", 3));
  }

  @Test
  void keepsNoProviders() {
    catalogue.learn(new Entry(hello(1), false, List.of(new NodeId("a", 1))));

    assertThat(of("hello")).isEqualTo(new Entry(hello(1), false, List.of()));
  }

  @Test
  void forgetsADeletionInTheEnd() {
    catalogue.learn(deleted("old", 2, KEEP));
    catalogue.learn(deleted("young", 2, KEEP.minusSeconds(1)));

    assertThat(of("old")).isNull();
    assertThat(of("young")).isNotNull();
    assertThat(catalogue.remaining(of("young"))).isEqualTo(Duration.ofSeconds(1));
    assertThat(catalogue.all()).hasSize(1);
  }

  @Test
  void keepsADeletionFromAFastClockNoLongerThanOthersInTheMap() {
    Entry fast = deleted("hello", 2, Duration.ofDays(-100));

    assertThat(catalogue.remaining(fast)).isEqualTo(KEEP);
  }

  @Test
  void findsByPrefixInTheOrderOfTheNames() {
    for (String name : List.of("b", "ab", "aa", "a.team", "c")) {
      catalogue.learn(live(name, 1));
    }

    assertThat(catalogue.startingWith("a"))
        .extracting(entry -> entry.description().name().toString())
        .containsExactly("a.team", "aa.openfaas-fn", "ab.openfaas-fn");
  }

  @Test
  void theOldestDeletionMakesRoom() {
    catalogue.learn(live("a", 1));
    catalogue.learn(deleted("b", 2, Duration.ofDays(1)));
    catalogue.learn(deleted("c", 2, Duration.ofDays(2)));
    catalogue.learn(live("d", 1));
    catalogue.learn(live("e", 1));

    catalogue.learn(live("f", 1));

    assertThat(of("f")).isNotNull();
    assertThat(of("c")).isNull();
    assertThat(of("b")).isNotNull();
  }

  @Test
  void whatIsLiveIsNeverGivenUp() {
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      catalogue.learn(live(name, 1));
    }
    catalogue.learn(live("a", 2));

    assertThat(of("f")).isNull();
    assertThat(of("a")).isEqualTo(live("a", 2));
    assertThat(catalogue.all()).hasSize(5);
  }

  private Entry of(String name) {
    return catalogue.of(FunctionName.parse(name));
  }

  private Catalogue catalogue(int most) {
    return new Catalogue(Clock.fixed(NOW, ZoneOffset.UTC), KEEP, most, learnt::add);
  }

  private static Entry live(String name, long counter) {
    return new Entry(description(name, counter), false, List.of());
  }

  private static Entry deleted(String name, long counter, Duration ago) {
    Description last = description(name, counter);
    return new Entry(
        new Description(
            last.name(),
            last.version(),
            last.form(),
            last.settings(),
            last.handler(),
            null,
            NOW.minus(ago)),
        true,
        List.of());
  }
}
