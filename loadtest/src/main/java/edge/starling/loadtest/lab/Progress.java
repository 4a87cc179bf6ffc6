package edge.starling.loadtest.lab;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Shows what an experiment does and how far it is: as a bar on a terminal, else as a line for each
 * phase. For one thread.
 */
public final class Progress implements AutoCloseable {
  private final PrintStream out;
  private final boolean terminal;
  private @Nullable ProgressBar bar;
  private long expectedMillis;
  private long passedMillis;
  private long phaseMillis;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** On the standard error output, so that the tables alone are on the standard output. */
  @SuppressWarnings("SystemConsoleNull") // only Java 22 to 24 always have one: a bar in a log file
  static Progress onConsole() {
    return new Progress(System.err, System.console() != null);
  }

  /** Tells how long all phases will take together; to be called before the first. */
  public void expect(Duration total) {
    expectedMillis = total.toMillis();
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setInitialMax(Math.max(1, total.toSeconds()))
              .setUnit("s", 1)
              .setUpdateIntervalMillis(500)
              .setConsumer(new ConsoleProgressBarConsumer(out))
              .build();
    }
  }

  /** The last phase is over, and the next one begins. */
  public void phase(String what, Duration expected) {
    passedMillis += phaseMillis;
    phaseMillis = expected.toMillis();
    ProgressBar shown = bar;
    if (shown != null) {
      shown.stepTo(passedMillis / 1000);
      shown.setExtraMessage(" " + what);
    } else {
      long percent = expectedMillis == 0 ? 0 : Math.min(100, 100 * passedMillis / expectedMillis);
      out.printf("[%3d%%] %s%n", percent, what);
    }
  }

  /** Tells something for people to read, which is no finding. */
  public void note(String text) {
    out.println((bar == null ? "" : System.lineSeparator()) + text);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
