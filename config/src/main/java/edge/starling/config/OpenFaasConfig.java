package edge.starling.config;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The OpenFaaS gateway that runs functions for this node.
 *
 * @param gateway its URL, without a slash at its end; empty for none
 * @param user as whom the node deploys there
 * @param userFile holds the user's name instead; empty for none
 * @param password of the user; empty for a gateway that asks for none
 * @param passwordFile holds the password instead; empty for none
 * @param adopt which functions that the gateway has anyway are functions of the cluster as well
 * @param checkInterval how often the node looks what the gateway has
 * @param readyTimeout how long a function may take there until it can be called
 * @param images for functions that come as code
 */
public record OpenFaasConfig(
    @Default("") String gateway,
    @Default("admin") String user,
    @Default("") String userFile,
    @Default("") String password,
    @Default("") String passwordFile,
    @Default("none") Adoption adopt,
    @Default("5s") Duration checkInterval,
    @Default("1m") Duration readyTimeout,
    ImagesConfig images) {
  private static final Pattern URL = Pattern.compile("https?://[^\\s/?#@]+(/[^\\s?#]*[^\\s?#/])?");

  /** Without a gateway. */
  public static final OpenFaasConfig OFF =
      new OpenFaasConfig(
          "",
          "admin",
          "",
          "",
          "",
          Adoption.NONE,
          Duration.ofSeconds(5),
          Duration.ofMinutes(1),
          ImagesConfig.OFF);

  public OpenFaasConfig {
    Check.that(
        gateway.isEmpty() || URL.matcher(gateway).matches(),
        "runtimes.openfaas.gateway",
        gateway,
        "a URL such as http://192.0.2.7:8080, without a slash at its end, or empty");
    Check.that(
        user.indexOf(':') < 0 && !user.isEmpty(),
        "runtimes.openfaas.user",
        user,
        "a name without a colon");
    Check.between(
        "runtimes.openfaas.check-interval", checkInterval, Duration.ofMillis(100), Check.DAY);
    Check.between("runtimes.openfaas.ready-timeout", readyTimeout, Check.TICK, Check.DAY);
  }

  /** Which functions of the gateway become the cluster's without being deployed through it. */
  public enum Adoption {
    /** Those that somebody adopts by name. */
    NONE,
    ALL
  }

  /** Whether there is a gateway. */
  public boolean isOn() {
    return !gateway.isEmpty();
  }

  /** Where the gateway is; only while there is one. */
  public URI gatewayUri() {
    return URI.create(gateway);
  }

  /** The port of the gateway; only while there is one. */
  public int gatewayPort() {
    URI uri = gatewayUri();
    int usual = isGatewayTls() ? 443 : 80;
    return uri.getPort() >= 0 ? uri.getPort() : usual;
  }

  /** Whether the gateway is spoken to by TLS. */
  public boolean isGatewayTls() {
    return gateway.startsWith("https:");
  }

  @Override
  public String toString() {
    return "OpenFaasConfig[gateway=" + gateway + ", user=" + user + ", adopt=" + adopt + "]";
  }
}
