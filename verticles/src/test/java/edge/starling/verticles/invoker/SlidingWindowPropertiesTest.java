package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** The window does what somebody does who writes down every admission and looks at all of them. */
class SlidingWindowPropertiesTest {
  private static final long SECOND = 1_000_000_000L;

  /**
   * What happens.
   *
   * @param rate that it is from now on
   * @param pause after it, in nanoseconds, before the arrivals
   * @param arrivals at the same time
   */
  record Step(double rate, long pause, int arrivals) {}

  @Property(tries = 500)
  void admitsNeverMoreThanAWholeRateInAnySecondAndRefusesNeverBelowIt(
      @ForAll @IntRange(min = 1, max = 40) int rate, @ForAll("steps") List<Step> steps) {
    SlidingWindow window = new SlidingWindow(rate);
    Log log = new Log();
    for (Step step : steps) {
      log.now += step.pause;
      for (int i = 0; i < step.arrivals; i++) {
        int within = log.within(SECOND);
        assertThat(log.admit(window)).isEqualTo(within < rate);
        assertThat(log.within(SECOND)).isLessThanOrEqualTo(rate);
      }
    }
  }

  @Property(tries = 1000)
  void doesSoWhateverTheRateIsAndHoweverItChanges(
      @ForAll @DoubleRange(min = 0.1, max = 40) double first, @ForAll("steps") List<Step> steps) {
    SlidingWindow window = new SlidingWindow(first);
    Log log = new Log();
    for (Step step : steps) {
      window.changeRate(step.rate);
      log.now += step.pause;
      double atOnce = Math.ceil(step.rate);
      long nanos = (long) Math.ceil(atOnce / step.rate * SECOND);
      for (int i = 0; i < step.arrivals; i++) {
        int within = log.within(nanos);
        assertThat(log.admit(window)).isEqualTo(within < atOnce);
      }
    }
  }

  @Property(tries = 300)
  void saysExactlyWhenThereIsRoom(
      @ForAll @DoubleRange(min = 0.1, max = 20) double rate,
      @ForAll("steps") List<Step> steps,
      @ForAll @LongRange(min = 0, max = 3 * SECOND) long later) {
    SlidingWindow window = new SlidingWindow(rate);
    Log log = new Log();
    for (Step step : steps) {
      log.now += step.pause;
      for (int i = 0; i < step.arrivals; i++) {
        log.admit(window);
      }
    }
    long wait = window.nanosUntilRoom(log.now);

    assertThat(window.nanosUntilRoom(log.now + later)).isEqualTo(Math.max(0, wait - later));
    if (wait > 0) {
      assertThat(window.admit(log.now + wait - 1)).isFalse();
    }
    assertThat(window.admit(log.now + wait)).isTrue();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Double> rate =
        Arbitraries.oneOf(
            Arbitraries.doubles().between(0.1, 40),
            Arbitraries.integers().between(1, 40).map(Integer::doubleValue));
    Arbitrary<Long> pause =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.longs().between(0, SECOND / 5)),
            Tuple.of(1, Arbitraries.of(SECOND - 1, SECOND, SECOND + 1)),
            Tuple.of(1, Arbitraries.longs().between(0, 3 * SECOND)));
    return Combinators.combine(rate, pause, Arbitraries.integers().between(0, 60))
        .as(Step::new)
        .list()
        .ofMaxSize(30);
  }

  private static final class Log {
    private final List<Long> admitted = new ArrayList<>();
    long now = Long.MAX_VALUE - SECOND; // such a clock may run over

    boolean admit(SlidingWindow window) {
      boolean isAdmitted = window.admit(now);
      if (isAdmitted) {
        admitted.add(now);
      }
      return isAdmitted;
    }

    int within(long nanos) {
      return (int) admitted.stream().filter(at -> now - at < nanos).count();
    }
  }
}
