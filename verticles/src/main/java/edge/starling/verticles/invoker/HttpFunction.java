package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.time.Duration;

/**
 * An executable that is started once and serves HTTP, as OpenFaaS's of-watchdog has it in its mode
 * {@code http}. A call that is stopped has its connection closed, and has ended then. Confined to
 * the invoker's event loop.
 */
final class HttpFunction implements PreparedFunction {
  private final Workers workers;
  private final int maxBodyBytes;

  /**
   * @param workers open
   * @param maxBodyBytes the largest answer
   */
  HttpFunction(Workers workers, int maxBodyBytes) {
    this.workers = workers;
    this.maxBodyBytes = maxBodyBytes;
  }

  @Override
  public int memoryMiB() {
    return 0;
  }

  @Override
  public Run start(
      InvocationId id, Request request, Duration remaining, BytesInFlight.Share bytes) {
    return workers.start(
        new HttpCall(request, new BoundedOutput(maxBodyBytes, bytes)),
        remaining,
        HttpFunction::abandon);
  }

  @Override
  public void close() {
    workers.close();
  }

  private static void abandon(WorkerRun run) {
    Worker worker = run.worker();
    if (worker != null) {
      worker.abandon(run);
    }
  }
}
