package edge.starling.verticles.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.LedgerMessage.Change;
import edge.starling.codecs.messages.LedgerMessage.Kind;
import edge.starling.codecs.messages.LedgerMessage.Line;
import edge.starling.codecs.messages.LedgerMessage.Provided;
import edge.starling.codecs.messages.NodeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T08:57:40Z");
  private static final Duration WEEK = Duration.ofDays(7);

  private final Ledger one = ledger("a", NOW);
  private final Ledger two = ledger("b", NOW);

  private static Ledger ledger(String node, Instant now) {
    return new Ledger(new NodeId(node, 1), Clock.fixed(now, ZoneOffset.UTC), WEEK, 3);
  }

  private static Line write(Ledger ledger, String name, String content) {
    return ledger.write(Kind.SECRET, name, Bytes.utf8(content), Provided.ANYHOW).line();
  }

  private static String standing(Ledger ledger, String name) {
    return ledger.standing(Kind.SECRET).stream()
        .filter(line -> line.name().equals(name))
        .map(line -> line.content().utf8())
        .findFirst()
        .orElse("");
  }

  @Test
  void changesDependOnWhatStands() {
    assertThat(one.write(Kind.SECRET, "x", Bytes.EMPTY, Provided.PRESENT).change())
        .isEqualTo(Change.NOT_SO);
    assertThat(one.write(Kind.SECRET, "x", Bytes.utf8("1"), Provided.ABSENT).change())
        .isEqualTo(Change.DONE);
    assertThat(one.write(Kind.SECRET, "x", Bytes.utf8("2"), Provided.ABSENT).change())
        .isEqualTo(Change.NOT_SO);
    assertThat(standing(one, "x")).isEqualTo("1");
    assertThat(one.standing(Kind.NAMESPACE)).isEmpty();
    assertThat(one.erase(Kind.SECRET, "x").change()).isEqualTo(Change.DONE);
    assertThat(one.erase(Kind.SECRET, "x").change()).isEqualTo(Change.NOT_SO);
    assertThat(one.standing(Kind.SECRET)).isEmpty();
  }

  @Test
  void allNodesComeToTheSameWhateverOrderTheyHearIn() {
    Line ofOne = write(one, "x", "one");
    Line ofTwo = write(two, "x", "two");

    assertThat(one.merge(ofTwo)).isTrue();
    assertThat(two.merge(ofOne)).isFalse();

    assertThat(standing(one, "x")).isEqualTo(standing(two, "x")).isEqualTo("two");
    Line erased = one.erase(Kind.SECRET, "x").line();
    assertThat(two.merge(erased)).isTrue();
    assertThat(two.merge(ofTwo)).isFalse();
    assertThat(two.standing(Kind.SECRET)).isEmpty();
  }

  @Test
  void whatWasErasedIsForgottenInTheEnd() {
    Line written = write(one, "x", "1");
    Line erased = one.erase(Kind.SECRET, "x").line();
    Ledger late = ledger("c", NOW.plus(WEEK).plusSeconds(1));

    assertThat(late.merge(erased)).isFalse();
    assertThat(late.merge(written)).isTrue();
    assertThat(one.all()).containsExactly(erased);
  }

  @Test
  void takesSoManyLinesAndNoMore() {
    write(one, "a", "1");
    write(one, "b", "1");
    write(one, "c", "1");

    assertThat(one.write(Kind.SECRET, "d", Bytes.EMPTY, Provided.ANYHOW).change())
        .isEqualTo(Change.FULL);
    assertThat(one.write(Kind.SECRET, "c", Bytes.utf8("2"), Provided.ANYHOW).change())
        .isEqualTo(Change.DONE);
  }
}
