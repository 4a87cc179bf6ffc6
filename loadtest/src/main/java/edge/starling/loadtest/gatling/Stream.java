package edge.starling.loadtest.gatling;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Calls of one URL at a rate that changes step by step.
 *
 * @param name has no comma
 */
public record Stream(String name, String url, List<Step> steps) {
  public Stream {
    if (name.contains(",")) {
      throw new IllegalArgumentException("a comma in the name of a stream: " + name);
    }
    steps = List.copyOf(steps);
  }

  /** At one rate all the time, evenly. */
  public static Stream steady(String name, URI url, double perSecond, Duration duration) {
    return new Stream(
        name, url.toString(), List.of(new Step(perSecond, Math.toIntExact(duration.toSeconds()))));
  }
}
