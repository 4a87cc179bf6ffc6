package edge.starling.config;

import java.time.Duration;
import java.util.List;

/**
 * How the nodes find each other.
 *
 * @param name only nodes with the same cluster name join each other
 * @param host the address to listen on and to tell the peers
 * @param port of Hazelcast; 0 for any free one
 * @param busPort of the event bus; 0 for any free one
 * @param join {@code host:port} of some members; the node's own address among them does no harm
 * @param multicast also look for members by multicast
 * @param kubernetesService the DNS name of a headless service whose addresses are members; empty
 *     for none
 * @param aloneAfter with {@code join} given and nobody there, the node says that it is ready only
 *     after this time
 */
public record ClusterConfig(
    @Default("starling") String name,
    @Default("127.0.0.1") String host,
    @Default("5701") int port,
    @Default("0") int busPort,
    @Default("[]") List<String> join,
    @Default("false") boolean multicast,
    @Default("") String kubernetesService,
    @Default("15s") Duration aloneAfter) {
  public ClusterConfig {
    Check.port("cluster.port", port);
    Check.port("cluster.bus-port", busPort);
    join = List.copyOf(join);
    for (String member : join) {
      Check.that(
          member.matches("[^:\\s]+:\\d{1,5}|\\[[0-9a-fA-F:]+]:\\d{1,5}"),
          "cluster.join",
          member,
          "host:port");
    }
  }
}
