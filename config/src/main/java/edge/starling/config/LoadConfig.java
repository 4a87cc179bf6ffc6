package edge.starling.config;

import java.time.Duration;

/**
 * How often a node tells its load, and when silence means absence.
 *
 * @param updateInterval between two reports
 * @param suspectAfter a node that was not heard for so long is not chosen
 */
public record LoadConfig(
    @Default("1s") Duration updateInterval, @Default("2s") Duration suspectAfter) {
  public LoadConfig {
    Check.positive("load.update-interval", updateInterval);
    Check.that(
        suspectAfter.compareTo(updateInterval.multipliedBy(2)) >= 0,
        "load.suspect-after",
        suspectAfter,
        "at least twice load.update-interval");
  }
}
