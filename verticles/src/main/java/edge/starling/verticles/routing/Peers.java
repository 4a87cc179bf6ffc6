package edge.starling.verticles.routing;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.LoadMessage.Distance;
import edge.starling.codecs.messages.LoadMessage.FunctionLoad;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What each node last told of its load, and how long ago. A node that has been silent for too long
 * is suspect. Confined to the router's event loop.
 */
final class Peers {
  /** RFC 6298: the part of a new measurement in the smoothed round trip. */
  private static final double NEWEST = 1.0 / 8;

  private static final Duration FOR_EVER = ChronoUnit.FOREVER.getDuration();

  private final LongSupplier nanoTime;
  private final Map<NodeId, Peer> peers = new HashMap<>();
  private long suspectAfterNanos;

  /** A node certainly takes no call of a function from here before that time. */
  private record NoRoom(Refused said, long until) {}

  private static final class Peer {
    private @Nullable LoadReport report;
    private final Map<FunctionName, FunctionLoad> loads = new HashMap<>();

    private final Map<FunctionName, NoRoom> noRoom = new HashMap<>();

    private double roundTripNanos = Double.NaN;
    private @Nullable Occupancy refusedWith;
    private long heardAt;
  }

  Peers(Duration suspectAfter, LongSupplier nanoTime) {
    setSuspectAfter(suspectAfter);
    this.nanoTime = nanoTime;
  }

  void setSuspectAfter(Duration silence) {
    suspectAfterNanos = silence.toNanos();
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
    peer.loads.clear();
    report.functions().forEach(load -> peer.loads.put(load.function(), load));
  }

  /**
   * A refusal tells the present load, newer than any report, and may tell that there is no room
   * before a certain time. It may come from a node that has left meanwhile, which it does not bring
   * back.
   */
  void refused(FunctionName function, Refused refusal) {
    if (isMember(refusal.by())) {
      Peer peer = heard(refusal.by());
      peer.refusedWith = refusal.occupancy();
      if (tellsWhen(refusal.reason())) {
        peer.noRoom.put(
            function, new NoRoom(refusal, nanoTime.getAsLong() + refusal.retryAfter().toNanos()));
      }
    }
  }

  /** Whether it is known that the same node refuses the function's calls until then. */
  private static boolean tellsWhen(Reason reason) {
    return switch (reason) {
      case OVER_RATE, OVER_CPU, RUNTIME_DOWN -> true;
      default -> false;
    };
  }

  /** Whether the node has said that it takes no call of the function yet. */
  boolean hasNoRoomYet(NodeId node, FunctionName function) {
    return roomNotBefore(node, function) != null;
  }

  /**
   * Of the nodes that have said that they take no call of the function yet, what the one said that
   * has room first, with the time from now.
   */
  Optional<Refused> soonestRoom(FunctionName function, Collection<NodeId> nodes) {
    return nodes.stream()
        .map(node -> roomNotBefore(node, function))
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .min(Comparator.comparing(Refused::retryAfter));
  }

  private @Nullable Refused roomNotBefore(NodeId node, FunctionName function) {
    Peer peer = peers.get(node);
    NoRoom noRoom = peer == null ? null : peer.noRoom.get(function);
    if (peer == null || noRoom == null) {
      return null;
    }
    long nanos = noRoom.until - nanoTime.getAsLong();
    if (nanos <= 0) {
      peer.noRoom.remove(function);
      return null;
    }
    Refused said = noRoom.said;
    return new Refused(said.reason(), said.by(), said.occupancy(), Duration.ofNanos(nanos));
  }

  /**
   * See {@link View#slack}.
   *
   * @param self whose share is not deducted
   * @param ownCapacity of the function; null for the node's
   */
  double slack(NodeId node, NodeId self, FunctionName function, @Nullable Capacity ownCapacity) {
    Peer peer = peers.get(node);
    LoadReport report = peer == null ? null : peer.report;
    if (peer == null || report == null) {
      return 0;
    }
    FunctionLoad load = peer.loads.get(function);
    if (load == null) {
      load = FunctionLoad.idle(function, ownCapacity == null ? report.capacity() : ownCapacity);
    }
    return load.overloaded() ? 0 : load.slackFor(self, occupancy(node));
  }

  /** A message went there and back in so long. */
  void answered(NodeId node, long nanos) {
    Peer peer = peers.get(node);
    if (peer != null) {
      peer.roundTripNanos =
          Double.isNaN(peer.roundTripNanos)
              ? nanos
              : (1 - NEWEST) * peer.roundTripNanos + NEWEST * nanos;
    }
  }

  /** Smoothed; for ever while unknown. */
  Duration roundTrip(NodeId node) {
    Peer peer = peers.get(node);
    return peer == null || Double.isNaN(peer.roundTripNanos)
        ? FOR_EVER
        : Duration.ofNanos(Math.round(peer.roundTripNanos));
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

  /** Of those whose round trip is known. */
  List<Distance> distances() {
    return peers.keySet().stream()
        .map(node -> new Distance(node, roundTrip(node)))
        .filter(distance -> !distance.roundTrip().equals(FOR_EVER))
        .toList();
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
