package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.time.Duration;

/** A Python function with its workers. Confined to the invoker's event loop. */
final class PythonFunction implements PreparedFunction {
  private final Workers workers;
  private final Duration killAfter;
  private final int maxBodyBytes;
  private final Loop loop;
  private final Runnable onStuck;

  /**
   * @param workers open
   * @param killAfter how long a stopped call may go on
   * @param maxBodyBytes the largest answer
   * @param onStuck told when a worker is replaced since a call did not return
   */
  PythonFunction(
      Workers workers, Duration killAfter, int maxBodyBytes, Loop loop, Runnable onStuck) {
    this.workers = workers;
    this.killAfter = killAfter;
    this.maxBodyBytes = maxBodyBytes;
    this.loop = loop;
    this.onStuck = onStuck;
  }

  @Override
  public int memoryMiB() {
    return 0;
  }

  @Override
  public Run start(
      InvocationId id, Request request, Duration remaining, BytesInFlight.Share bytes) {
    return workers.start(
        new PythonCall(id, request, new AnswerFrame(maxBodyBytes, bytes)),
        remaining,
        run -> loop.after(killAfter, () -> giveUp(run)));
  }

  @Override
  public void close() {
    workers.close();
  }

  /** A stopped call has not returned for too long: its worker gets no further calls. */
  private void giveUp(WorkerRun run) {
    Worker worker = run.worker();
    if (!run.hasEnded() && worker != null) {
      run.becomeOverdue();
      worker.retire();
      if (workers.replace(worker)) {
        onStuck.run();
      }
    }
  }
}
