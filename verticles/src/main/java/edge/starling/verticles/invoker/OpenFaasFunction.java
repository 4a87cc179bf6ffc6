package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A function that the node's OpenFaaS gateway runs. */
final class OpenFaasFunction implements PreparedFunction {
  private final OpenFaasClient client;
  private final FunctionName name;
  private final int maxBodyBytes;
  private final FunctionLog log;
  private final Runnable whenClosed;
  private @Nullable String logProblem;

  OpenFaasFunction(
      OpenFaasClient client,
      FunctionName name,
      int maxBodyBytes,
      FunctionLog log,
      Runnable whenClosed) {
    this.client = client;
    this.name = name;
    this.maxBodyBytes = maxBodyBytes;
    this.log = log;
    this.whenClosed = whenClosed;
  }

  @Override
  public int memoryMiB() {
    return 0;
  }

  @Override
  public Run start(
      InvocationId id, Request request, Duration remaining, BytesInFlight.Share bytes) {
    OpenFaasRun run =
        new OpenFaasRun(
            new UpstreamAnswer(
                new BoundedOutput(maxBodyBytes, bytes), request.method().equals("HEAD")));
    client.call(name, request, run);
    return run;
  }

  /** The gateway's lines come into this node's log for as long as somebody reads it. */
  @Override
  public LogSource log(LogSource here) {
    return ask ->
        client
            .followLog(name)
            .thenCompose(
                followed -> {
                  tell(followed.problem());
                  return here.read(ask);
                });
  }

  /** Once for as long as it is the same, however often the log is read. */
  private void tell(@Nullable String problem) {
    if (problem != null && !problem.equals(logProblem)) {
      log.event("the log at the gateway cannot be read: " + problem);
    }
    logProblem = problem;
  }

  @Override
  public void close() {
    whenClosed.run();
  }
}
