package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Notices that this node stood still: stopped, or busy collecting garbage. What its peers sent in
 * that time is of unknown age, and its sender may have given it up, so a peer is doubted until a
 * message of it has come that answers one from after the standstill. Confined to the router's event
 * loop.
 */
final class Standstill {
  private long toleranceNanos;
  private final LongSupplier nanoTime;
  private final Set<NodeId> doubted = new HashSet<>();
  private long movedAt;

  /**
   * @param tolerance no longer than this is no standstill
   */
  Standstill(Duration tolerance, LongSupplier nanoTime) {
    setTolerance(tolerance);
    this.nanoTime = nanoTime;
    this.movedAt = nanoTime.getAsLong();
  }

  void setTolerance(Duration tolerance) {
    toleranceNanos = tolerance.toNanos();
  }

  /**
   * The node moves; to be called several times within the tolerance, and before a message of a peer
   * is believed.
   *
   * @return whether it stood still until now
   */
  boolean move() {
    long now = nanoTime.getAsLong();
    boolean stoodStill = now - movedAt > toleranceNanos;
    movedAt = now;
    return stoodStill;
  }

  void doubt(Collection<NodeId> peers) {
    doubted.addAll(peers);
  }

  boolean doubts(NodeId peer) {
    return doubted.contains(peer);
  }

  /** It has answered a message from after the standstill, or is gone. */
  void believe(NodeId peer) {
    doubted.remove(peer);
  }
}
