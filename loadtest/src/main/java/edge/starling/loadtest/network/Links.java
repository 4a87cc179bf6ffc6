package edge.starling.loadtest.network;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** The links of all pairs of nodes, both directions of a pair being one. Confined to one thread. */
final class Links {
  private final long seed;
  private final Map<String, Link> links = new HashMap<>();

  /**
   * @param seed each link has its own chance, which depends on this and its nodes' names alone
   */
  Links(long seed) {
    this.seed = seed;
  }

  Link between(String one, String other) {
    String pair = one.compareTo(other) < 0 ? one + " " + other : other + " " + one;
    return links.computeIfAbsent(pair, name -> new Link(new Random(seed ^ name.hashCode())));
  }
}
