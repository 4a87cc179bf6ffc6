package edge.starling.verticles.routing;

import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What each node last told of its load, and how long ago. A node that has been silent for too long
 * is suspect. Confined to the router's event loop.
 */
final class Peers {
  private final long suspectAfterNanos;
  private final LongSupplier nanoTime;
  private final Map<NodeId, Peer> peers = new HashMap<>();

  private static final class Peer {
    private @Nullable LoadReport report;
    private @Nullable Occupancy refusedWith;
    private long heardAt;
  }

  Peers(Duration suspectAfter, LongSupplier nanoTime) {
    this.suspectAfterNanos = suspectAfter.toNanos();
    this.nanoTime = nanoTime;
  }

  /** The node is a member; it has the time of silence that anybody has. */
  void joined(NodeId node) {
    if (!peers.containsKey(node)) {
      heard(node);
    }
  }

  void lost(NodeId node) {
    peers.remove(node);
  }

  boolean isMember(NodeId node) {
    return peers.containsKey(node);
  }

  /** Any sign of life. */
  private Peer heard(NodeId node) {
    Peer peer = peers.computeIfAbsent(node, id -> new Peer());
    peer.heardAt = nanoTime.getAsLong();
    return peer;
  }

  void reported(LoadReport report) {
    Peer peer = heard(report.node());
    peer.report = report;
    peer.refusedWith = null;
  }

  /**
   * A refusal tells the present load, newer than any report. It may come from a node that has left
   * meanwhile, which it does not bring back.
   */
  void refused(NodeId node, Occupancy occupancy) {
    if (isMember(node)) {
      heard(node).refusedWith = occupancy;
    }
  }

  /** Whether the node is a member that was heard lately and takes calls. */
  boolean mayBeChosen(NodeId node) {
    Peer peer = peers.get(node);
    return peer != null
        && !isSuspect(peer)
        && (peer.report == null || peer.report.state().takesCalls());
  }

  /** The members that were silent for too long. */
  Set<NodeId> suspects() {
    Set<NodeId> suspects = new HashSet<>();
    peers.forEach(
        (node, peer) -> {
          if (isSuspect(peer)) {
            suspects.add(node);
          }
        });
    return suspects;
  }

  /** Nobody is silent: it is this node that could not hear. */
  void excuseSilence() {
    long now = nanoTime.getAsLong();
    peers.values().forEach(peer -> peer.heardAt = now);
  }

  Set<NodeId> members() {
    return Set.copyOf(peers.keySet());
  }

  private boolean isSuspect(Peer peer) {
    return nanoTime.getAsLong() - peer.heardAt > suspectAfterNanos;
  }

  Occupancy occupancy(NodeId node) {
    Peer peer = peers.get(node);
    if (peer == null) {
      return Occupancy.UNKNOWN;
    }
    if (peer.refusedWith != null) {
      return peer.refusedWith;
    }
    return peer.report == null ? Occupancy.UNKNOWN : peer.report.occupancy();
  }

  List<LoadReport> reports() {
    List<LoadReport> reports = new ArrayList<>(peers.size());
    for (Peer peer : peers.values()) {
      if (peer.report != null) {
        reports.add(peer.report);
      }
    }
    return reports;
  }
}
