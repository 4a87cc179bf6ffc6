package edge.starling.loadtest.gatling;

import java.time.Duration;
import java.util.List;

/**
 * Streams of calls that begin together.
 *
 * @param name has no comma; differs from those of the plan's other phases
 * @param idleMillis before it begins, after the calls of the phase before
 */
public record Phase(String name, int idleMillis, List<Stream> streams) {
  /** More than a second, so that no call of the phase before is in a rate that nodes measure. */
  private static final int IDLE_MILLIS = 2_000;

  /** Leaves the last calls of a phase time to end before the next one idles. */
  private static final Duration DRAIN = Duration.ofMillis(500);

  public Phase {
    if (name.contains(",")) {
      throw new IllegalArgumentException("a comma in the name of a phase: " + name);
    }
    streams = List.copyOf(streams);
  }

  public static Phase of(String name, Stream... streams) {
    return new Phase(name, IDLE_MILLIS, List.of(streams));
  }

  Duration idle() {
    return Duration.ofMillis(idleMillis);
  }

  public Duration loaded() {
    return Duration.ofSeconds(seconds());
  }

  /** How long calls are sent. */
  public int seconds() {
    return streams.stream()
        .mapToInt(stream -> stream.steps().stream().mapToInt(Step::seconds).sum())
        .max()
        .orElse(0);
  }

  /** How many calls are sent. */
  int calls() {
    return streams.stream()
        .flatMap(stream -> stream.steps().stream())
        .mapToInt(step -> (int) (step.perSecond() * step.seconds()))
        .sum();
  }

  /** From its begin until the next phase may come. */
  Duration lasting() {
    return loaded().plus(DRAIN);
  }

  /** With the time before it. */
  public Duration expected() {
    return idle().plus(lasting());
  }
}
