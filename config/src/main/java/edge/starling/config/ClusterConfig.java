package edge.starling.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the nodes find each other.
 *
 * @param name only nodes with the same cluster name join each other
 * @param host the address to listen on, and to tell the peers unless there is a public one
 * @param port of Hazelcast; 0 for any free one
 * @param busPort of the event bus; 0 for any free one
 * @param publicAddress {@code host:port} at which the peers reach {@code port}, where that is
 *     another one than the node listens on; empty for none
 * @param busPublicAddress the same of {@code busPort}
 * @param join {@code host:port} of some members, {@code [address]:port} for IPv6; the node's own
 *     address among them does no harm
 * @param multicast also look for members by multicast
 * @param kubernetesService the DNS name of a headless service whose addresses are members; empty
 *     for none
 * @param aloneAfter with {@code join} given and nobody there, the node says that it is ready only
 *     after this time; 0 for at once
 */
public record ClusterConfig(
    @Default("starling") String name,
    @Default("127.0.0.1") String host,
    @Default("5701") int port,
    @Default("0") int busPort,
    @Default("") String publicAddress,
    @Default("") String busPublicAddress,
    @Default("[]") List<String> join,
    @Default("false") boolean multicast,
    @Default("") String kubernetesService,
    @Default("15s") Duration aloneAfter) {
  private static final Pattern MEMBER =
      Pattern.compile("(?:[^:,\\s\\[\\]]+|\\[[0-9a-fA-F:.]+]):(\\d{1,5})");

  public ClusterConfig {
    Check.word("cluster.name", name, "a word without spaces");
    Check.word("cluster.host", host, "the address or host name of this node");
    Check.port("cluster.port", port);
    Check.port("cluster.bus-port", busPort);
    checkPublic("cluster.public-address", publicAddress);
    checkPublic("cluster.bus-public-address", busPublicAddress);
    join = List.copyOf(join);
    for (String member : join) {
      Check.that(
          isAddress(member), "cluster.join", member, "host:port, with a port from 1 to 65535");
    }
    if (!kubernetesService.isEmpty()) {
      Check.word("cluster.kubernetes-service", kubernetesService, "a DNS name, or empty for none");
    }
    Check.between("cluster.alone-after", aloneAfter, Duration.ZERO, Check.DAY);
  }

  private static void checkPublic(String key, String address) {
    Check.that(
        address.isEmpty() || isAddress(address),
        key,
        address,
        "host:port, with a port from 1 to 65535, or empty for the one to listen on");
  }

  private static boolean isAddress(String member) {
    Matcher match = MEMBER.matcher(member);
    if (!match.matches()) {
      return false;
    }
    int port = Integer.parseInt(match.group(1));
    return port >= 1 && port <= 65_535;
  }
}
