package edge.starling.config;

import java.time.Duration;

/**
 * Who provides what.
 *
 * @param patience how long a call waits for the providers of a function that its node does not know
 * @param keepDeleted how long a deletion is remembered, so that a node that was away does not bring
 *     the function back
 */
public record IndexConfig(
    @Default("500ms") Duration patience, @Default("7d") Duration keepDeleted) {
  public IndexConfig {
    Check.between("index.patience", patience, Check.TICK, Check.DAY);
    Check.between("index.keep-deleted", keepDeleted, Check.TICK, Check.DECADE);
  }
}
