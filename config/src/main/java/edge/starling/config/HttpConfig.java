package edge.starling.config;

import java.time.Duration;
import java.util.regex.Pattern;

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
 * @param basicAuth who may manage the node
 */
public record HttpConfig(
    @Default("127.0.0.1") String host,
    @Default("8080") int port,
    @Default("") String publicUrl,
    @Default("32MiB") ByteSize maxBody,
    @Default("0") ByteSize bytesInFlight,
    @Default("10000") int maxConnections,
    @Default("2m") Duration idleTimeout,
    BasicAuthConfig basicAuth) {
  private static final Pattern PUBLIC_URL =
      Pattern.compile("https?://[^\\s/?#]+(/[^\\s?#]*[^\\s?#/])?");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|\\[::1]");

  public HttpConfig {
    Check.word("http.host", host, "the address or host name to listen on");
    Check.port("http.port", port);
    Check.that(
        publicUrl.isEmpty() || PUBLIC_URL.matcher(publicUrl).matches(),
        "http.public-url",
        publicUrl,
        "a URL such as http://192.0.2.7:8080, without a slash at its end, or empty");
    Check.between("http.max-body", maxBody, new ByteSize(1), new ByteSize(1L << 30));
    Check.that(
        bytesInFlight.bytes() == 0 || bytesInFlight.compareTo(maxBody) >= 0,
        "http.bytes-in-flight",
        bytesInFlight,
        "0, or at least " + maxBody + ", the value of http.max-body");
    Check.between("http.max-connections", maxConnections, 1, 1_000_000);
    Check.between("http.idle-timeout", idleTimeout, Check.TICK, Check.DAY);
  }

  /** Whether only processes of this machine can reach it. */
  public boolean isLoopback() {
    return LOOPBACK.matcher(host).matches();
  }

  HttpConfig at(int otherPort) {
    return new HttpConfig(
        host, otherPort, publicUrl, maxBody, bytesInFlight, maxConnections, idleTimeout, basicAuth);
  }
}
