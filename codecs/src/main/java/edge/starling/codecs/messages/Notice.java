package edge.starling.codecs.messages;

/** A message that nobody answers: told to one node, or to all. */
public record Notice<M extends BusMessage>(String name, Class<M> message, Reach reach) {

  static <M extends BusMessage> Notice<M> ofNode(String name, Class<M> message) {
    return new Notice<>(name, message, Reach.NODE);
  }

  static <M extends BusMessage> Notice<M> ofCluster(String name, Class<M> message) {
    return new Notice<>(name, message, Reach.CLUSTER);
  }

  /** Whether other nodes may send it. */
  public boolean isOpenToPeers() {
    return reach == Reach.CLUSTER;
  }

  /** The bus address at which one node hears it. */
  public String at(NodeId node) {
    return name + "@" + node;
  }
}
