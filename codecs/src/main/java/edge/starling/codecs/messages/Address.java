package edge.starling.codecs.messages;

import java.time.Duration;

/**
 * A request that each node serves: its name, what it takes, what it answers.
 *
 * @param patience how long a caller waits that has no deadline of its own
 */
public record Address<Q extends BusMessage, R extends BusMessage>(
    String name, Class<Q> request, Class<R> reply, Duration patience, Reach reach) {

  static <Q extends BusMessage, R extends BusMessage> Address<Q, R> ofNode(
      String name, Class<Q> request, Class<R> reply, Duration patience) {
    return new Address<>(name, request, reply, patience, Reach.NODE);
  }

  static <Q extends BusMessage, R extends BusMessage> Address<Q, R> ofCluster(
      String name, Class<Q> request, Class<R> reply, Duration patience) {
    return new Address<>(name, request, reply, patience, Reach.CLUSTER);
  }

  /** Whether other nodes may send to it. */
  public boolean isOpenToPeers() {
    return reach == Reach.CLUSTER;
  }

  /** The bus address at which a node serves it. */
  public String at(NodeId node) {
    return name + "@" + node;
  }
}
