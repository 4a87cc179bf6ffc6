package edge.starling.deployments.client;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads, answers and complains. Text is UTF-8 whatever the locale says, so that an
 * answer reads the same on every machine.
 *
 * @param terminal whether a person watches, who gets colours and progress bars
 */
public record Streams(InputStream in, PrintStream out, PrintStream err, boolean terminal) {
  /** Those of this process. */
  public static Streams ofProcess(boolean terminal) {
    return new Streams(
        System.in,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        terminal);
  }
}
