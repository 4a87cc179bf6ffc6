package edge.starling.loadtest.gatling;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Calls of one URL at a rate that changes step by step.
 *
 * @param name has no comma
 * @param method POST, with the plan's body, or another one, without a body
 */
public record Stream(String name, String method, String url, List<Step> steps) {
  public static final String POST = "POST";

  public Stream {
    if (name.contains(",")) {
      throw new IllegalArgumentException("a comma in the name of a stream: " + name);
    }
    steps = List.copyOf(steps);
  }

  /** Calls that may not run twice, at one rate all the time. */
  public static Stream posts(String name, URI url, double perSecond, Duration duration) {
    return steady(name, POST, url, perSecond, duration);
  }

  /** Idempotent calls, at one rate all the time. */
  public static Stream gets(String name, URI url, double perSecond, Duration duration) {
    return steady(name, "GET", url, perSecond, duration);
  }

  private static Stream steady(
      String name, String method, URI url, double perSecond, Duration duration) {
    Step only = new Step(perSecond, Math.toIntExact(duration.toSeconds()));
    return new Stream(name, method, url.toString(), List.of(only));
  }
}
