package edge.starling.config;

import java.util.regex.Pattern;

/**
 * How images are made of functions that come as code, for the OpenFaaS gateway to run.
 *
 * @param registry where they are pushed, with the path before their names: {@code host:port/path};
 *     empty for nowhere, so that none are made
 * @param base the image that they stand on, which has Python 3
 * @param insecure whether the registry may be spoken to without TLS
 * @param user as whom images are pushed; empty for a registry that asks nobody
 * @param password of the user; empty where it is in the file
 * @param passwordFile holds the password instead; empty for none
 */
public record ImagesConfig(
    @Default("") String registry,
    @Default("docker.io/library/python:3.12-slim") String base,
    @Default("false") boolean insecure,
    @Default("") String user,
    @Default("") String password,
    @Default("") String passwordFile) {
  private static final Pattern REGISTRY =
      Pattern.compile("[a-z0-9.-]+(:\\d{1,5})?(/[a-z0-9]+([._-][a-z0-9]+)*)*");

  /** None are made. */
  public static final ImagesConfig OFF = new ImagesConfig("", "python", false, "", "", "");

  public ImagesConfig {
    Check.that(
        registry.isEmpty() || REGISTRY.matcher(registry).matches(),
        "runtimes.openfaas.images.registry",
        registry,
        "a registry and a path there, such as registry.example:5000/functions, or empty");
    Check.word("runtimes.openfaas.images.base", base, "the name of an image");
  }

  /** Whether images are made. */
  public boolean isOn() {
    return !registry.isEmpty();
  }

  @Override
  public String toString() {
    return "ImagesConfig[registry=" + registry + ", base=" + base + ", user=" + user + "]";
  }
}
