package edge.starling.verticles.index;

import static edge.starling.verticles.Sample.hello;
import static edge.starling.verticles.Sample.version;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.verticles.Sample;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrecedenceTest {

  @Test
  void aReplacementStandsWhereWhatItReplacesIsThere() {
    assertThat(Precedence.REPLACES.stands(entry(1), entry(2), version(1))).isTrue();
    assertThat(Precedence.REPLACES.stands(entry(3), entry(2), version(1))).isFalse();
    assertThat(Precedence.REPLACES.stands(entry(1), entry(2), new FunctionVersion(1, "other")))
        .isFalse();
  }

  @Test
  void aFirstVersionStandsWhereThereIsNone() {
    assertThat(Precedence.REPLACES.stands(null, entry(1), null)).isTrue();
    assertThat(Precedence.REPLACES.stands(entry(1), entry(1), null)).isFalse();
  }

  @Test
  void aReplacementStandsWhereWhatItReplacesIsForgotten() {
    assertThat(Precedence.REPLACES.stands(null, entry(3), version(2))).isTrue();
  }

  @Test
  void theHigherVersionStands() {
    assertThat(Precedence.HIGHEST.stands(null, entry(1), null)).isTrue();
    assertThat(Precedence.HIGHEST.stands(entry(1), entry(2), null)).isTrue();
    assertThat(Precedence.HIGHEST.stands(entry(2), entry(2), null)).isFalse();
    assertThat(Precedence.HIGHEST.stands(entry(3), entry(2), null)).isFalse();
  }

  @Test
  void theHashDecidesBetweenVersionsOfTheSameCounter() {
    assertThat(Precedence.HIGHEST.stands(entry(2, "a"), entry(2, "b"), null)).isTrue();
    assertThat(Precedence.HIGHEST.stands(entry(2, "b"), entry(2, "a"), null)).isFalse();
  }

  @Test
  void aDeletionIsAVersionToo() {
    Entry tombstone = new Entry(hello(2), true, List.of());

    assertThat(Precedence.HIGHEST.stands(tombstone, entry(1), null)).isFalse();
    assertThat(Precedence.HIGHEST.stands(entry(1), tombstone, null)).isTrue();
    assertThat(Precedence.REPLACES.stands(tombstone, entry(3), version(2))).isTrue();
    assertThat(Precedence.REPLACES.stands(tombstone, entry(1), null)).isFalse();
  }

  private static Entry entry(long counter) {
    return new Entry(hello(counter), false, List.of());
  }

  private static Entry entry(long counter, String hash) {
    return new Entry(
        Sample.description(Sample.HELLO, new FunctionVersion(counter, hash), Duration.ofSeconds(1)),
        false,
        List.of());
  }
}
