package edge.starling.verticles.index;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.NodeId;

/**
 * The key of a provider: {@code node@function}. Hazelcast's string partitioning takes what follows
 * the {@code @}, so all providers of a function lie together. The node's incarnation is in the
 * value: a node that has restarted overwrites what its earlier life had left.
 *
 * @param node the name alone
 */
record ProviderKey(String node, FunctionName function) {

  static ProviderKey of(NodeId node, FunctionName function) {
    return new ProviderKey(node.name(), function);
  }

  static ProviderKey parse(String key) {
    int at = key.indexOf('@');
    return new ProviderKey(key.substring(0, at), FunctionName.parse(key.substring(at + 1)));
  }

  @Override
  public String toString() {
    return node + "@" + function;
  }
}
