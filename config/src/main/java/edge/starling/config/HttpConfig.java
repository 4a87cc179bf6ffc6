package edge.starling.config;

import java.time.Duration;

/**
 * How clients reach the node.
 *
 * @param host the address to listen on; loopback keeps strangers out
 * @param port 0 for any free one
 * @param publicUrl what other nodes and users are told; empty for {@code http://host:port}
 * @param maxBody the largest request or answer body
 * @param bytesInFlight all bodies that the node holds at once; 0 for a quarter of the heap
 * @param maxConnections further connections are closed at once
 * @param idleTimeout a connection without traffic is closed
 */
public record HttpConfig(
    @Default("127.0.0.1") String host,
    @Default("8080") int port,
    @Default("") String publicUrl,
    @Default("32MiB") ByteSize maxBody,
    @Default("0") ByteSize bytesInFlight,
    @Default("10000") int maxConnections,
    @Default("2m") Duration idleTimeout) {
  public HttpConfig {
    Check.port("http.port", port);
    Check.that(
        maxBody.bytes() > 0 && maxBody.bytes() <= 1L << 30,
        "http.max-body",
        maxBody,
        "between 1 and 1GiB");
    Check.between("http.max-connections", maxConnections, 1, 1_000_000);
    Check.positive("http.idle-timeout", idleTimeout);
  }
}
