package edge.starling.config;

import java.time.Duration;

/**
 * How often a node tells its load, and when silence means absence.
 *
 * @param updateInterval between two reports
 * @param suspectAfter a node that was not heard for so long is not chosen
 * @param slackChange the share of a function's capacity by which its slack has to change to be told
 *     at once
 */
public record LoadConfig(
    @Live @Default("1s") Duration updateInterval,
    @Live @Default("2s") Duration suspectAfter,
    @Live @Default("0.1") double slackChange) {
  /** What is told more often costs more than it tells. */
  private static final Duration SHORTEST = Duration.ofMillis(50);

  public LoadConfig {
    Check.between("load.update-interval", updateInterval, SHORTEST, Check.DAY);
    Duration least = updateInterval.multipliedBy(2);
    Check.that(
        suspectAfter.compareTo(least) >= 0,
        "load.suspect-after",
        suspectAfter,
        "at least " + Durations.format(least) + ", twice load.update-interval");
    Check.between("load.slack-change", slackChange, 0.001, 1);
  }
}
