package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.NodeId;
import java.util.Optional;

/** What this node owes a copy, by what the index knows of its function. */
enum NextStep {
  /** It runs, and everybody may know; or it rests, or waits for what it runs on. */
  NONE,
  /** It runs, but the index does not say so. */
  ANNOUNCE,
  /** It is the newest version, and does not run yet. */
  START,
  /** It runs, but what it runs on does not answer. */
  SUSPEND,
  /** The index has a newer version. */
  CATCH_UP,
  /** The function is deleted, or a copy that rests is no longer the newest version. */
  DROP;

  /**
   * @param isDown what its runtime needs outside of the node does not answer
   */
  static NextStep of(Copy copy, Optional<Entry> entry, NodeId self, boolean isDown) {
    NextStep step = of(copy, entry, self);
    return switch (step) {
      case NONE, ANNOUNCE -> isDown && copy.running() ? SUSPEND : step;
      case START -> isDown ? NONE : START;
      default -> step;
    };
  }

  private static NextStep of(Copy copy, Optional<Entry> entry, NodeId self) {
    int ahead =
        entry.map(known -> copy.version().compareTo(known.description().version())).orElse(1);
    if (ahead > 0 && copy.resting()) {
      return NONE;
    }
    if (ahead > 0) {
      return copy.running() ? ANNOUNCE : START;
    }
    if (entry.orElseThrow().deleted()) {
      return DROP;
    }
    if (ahead < 0) {
      return copy.resting() ? DROP : CATCH_UP;
    }
    if (copy.resting()) {
      return NONE;
    }
    if (!copy.running()) {
      return START;
    }
    return entry.orElseThrow().providers().contains(self) ? NONE : ANNOUNCE;
  }
}
