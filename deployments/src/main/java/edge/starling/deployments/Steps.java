package edge.starling.deployments;

import edge.starling.deployments.client.CommandFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

/** Does one thing after the other, and says of each whether it went right. */
final class Steps {
  /** Returns what was seen; throws {@link Proof.WrongAnswer} if that is not right. */
  interface Step {
    String run() throws IOException, InterruptedException;
  }

  private final PrintStream out;
  private final long end;
  private int done;
  private int wrong;

  /**
   * @param atMost no step begins later
   */
  Steps(PrintStream out, Duration atMost) {
    this.out = out;
    this.end = System.nanoTime() + atMost.toNanos();
  }

  /** Does one, and goes on even if it went wrong. */
  void step(String title, Step step) throws InterruptedException {
    done++;
    try {
      if (System.nanoTime() - end > 0) {
        throw new Proof.WrongAnswer("no time left");
      }
      out.println("  ✓ " + title + ": " + step.run());
    } catch (Proof.WrongAnswer | CommandFailure | IllegalArgumentException | IOException e) {
      wrong++;
      out.println("  ✗ " + title + ": " + e.getMessage());
    }
  }

  /** What is not done, and why. */
  void leaveOut(String what) {
    out.println("  – " + what);
  }

  int done() {
    return done;
  }

  int wrong() {
    return wrong;
  }
}
