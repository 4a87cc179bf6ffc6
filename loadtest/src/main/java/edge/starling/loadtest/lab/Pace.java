package edge.starling.loadtest.lab;

import java.time.Duration;

/**
 * How long loads are put on systems.
 *
 * @param rounds how often each load is put on each system
 * @param warmUp of each system, before the first round
 * @param window the measured time of one load in one round
 */
public record Pace(int rounds, Duration warmUp, Duration window) {

  /** All of it for so many loads and systems. */
  public Duration expected(int loads, int systems) {
    return warmUp.multipliedBy(systems).plus(window.multipliedBy((long) rounds * loads * systems));
  }
}
