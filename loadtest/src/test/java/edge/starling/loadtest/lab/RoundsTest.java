package edge.starling.loadtest.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final Load LOAD = Load.closed(16);

  private final Rounds rounds = new Rounds();

  @Test
  void takesTheMedianOfTheRounds() {
    add("local", 10, 90, 20);
    add("bare", 10, 20, 40, 30);

    assertThat(rounds.median(LOAD, "local", Sample::rate)).isEqualTo(20);
    assertThat(rounds.median(LOAD, "bare", Sample::rate)).isEqualTo(25);
  }

  @Test
  void comparesSystemsWithinEachRound() {
    add("local", 50, 5, 20);
    add("bare", 100, 10, 50);

    // Halved by a slow second round, the rates still say one half in two rounds of three.
    assertThat(rounds.median(LOAD, "local", "bare", Sample::rate, (ours, bare) -> ours / bare))
        .isEqualTo(0.5);
  }

  @Test
  void hasNoNumberForWhatWasNotMeasured() {
    add("local", 1);

    assertThat(rounds.median(Load.closed(1), "local", Sample::rate)).isNaN();
    assertThat(rounds.median(LOAD, "local", "bare", Sample::rate, Double::sum)).isNaN();
  }

  private void add(String system, double... rates) {
    for (double rate : rates) {
      rounds.add(LOAD, system, new Sample(rate, 0, 0, 0, 0, 0, 0));
    }
  }
}
