package edge.starling.config;

import java.time.Duration;

/**
 * Functions in processes of their own.
 *
 * @param python the interpreter for Python handlers
 * @param workers long-running processes for each Python function
 * @param startTimeout how long a worker, or an executable that serves HTTP, may take until it
 *     answers
 * @param installTimeout how long pip may take for a function's requirements
 * @param killAfter a worker with a call that has run this much longer than its time gets no new
 *     calls, and is ended when its others are done; what was asked to end is killed after it
 */
public record ProcessConfig(
    @Default("python3") String python,
    @Default("1") int workers,
    @Default("10s") Duration startTimeout,
    @Default("5m") Duration installTimeout,
    @Default("10s") Duration killAfter) {
  public ProcessConfig {
    Check.that(
        !python.isBlank(), "process.python", python, "the name or the path of an interpreter");
    Check.between("process.workers", workers, 1, 256);
    Check.between("process.start-timeout", startTimeout, Check.TICK, Check.DAY);
    Check.between("process.install-timeout", installTimeout, Check.TICK, Check.DAY);
    Check.between("process.kill-after", killAfter, Check.TICK, Check.DAY);
  }
}
