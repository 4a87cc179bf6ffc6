package edge.starling.loadtest.gatling;

import edge.starling.loadtest.lab.Lab;
import java.io.IOException;
import java.time.Duration;

/** Puts planned loads on servers, one at a time, and shows how far they are. For one thread. */
public final class GatlingLoad {
  /** From the start of its JVM to the first phase, roughly. */
  public static final Duration TO_START = Duration.ofSeconds(3);

  /** Something to be done while the load goes on. */
  public interface AtBegin {
    /** The phase has just begun. */
    void began(Phase phase) throws IOException, InterruptedException;
  }

  private final Lab lab;

  public GatlingLoad(Lab lab) {
    this.lab = lab;
  }

  public LoadResults put(LoadPlan plan) throws IOException, InterruptedException {
    return put(plan, phase -> {});
  }

  /**
   * @param atBegin of each phase; ends before the phase does
   * @throws IOException also if Gatling does not tell of every call
   */
  public LoadResults put(LoadPlan plan, AtBegin atBegin) throws IOException, InterruptedException {
    try (LoadProcess load = lab.ending(LoadProcess.start(plan, lab.folder()))) {
      for (Phase phase : plan.phases()) {
        load.awaitBegin(phase.name());
        lab.progress().phase(phase.name(), phase.expected());
        atBegin.began(phase);
      }
      LoadResults results = load.await();
      for (Phase phase : plan.phases()) {
        checkComplete(phase, results.of(phase.name()).size());
      }
      return results;
    }
  }

  private static void checkComplete(Phase phase, int ended) throws IOException {
    if (ended < phase.calls()) {
      throw new IOException(
          "Gatling tells of " + ended + " of the " + phase.calls() + " calls of " + phase.name());
    }
  }
}
