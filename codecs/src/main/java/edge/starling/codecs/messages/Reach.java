package edge.starling.codecs.messages;

/** Who can send to an address. */
enum Reach {
  /** The verticles of the same node. */
  NODE,
  /** Every node of the cluster. */
  CLUSTER
}
