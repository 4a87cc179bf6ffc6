package edge.starling.deployments;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Callers that call one time after the other until they are told to stop. */
final class Load implements AutoCloseable {
  private final ExecutorService threads;
  private final List<Future<List<HttpResponse<byte[]>>>> callers = new ArrayList<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean stopped;

  private Load(int callers) {
    threads = Executors.newFixedThreadPool(callers);
  }

  /**
   * @param call makes the call of that number, 0 or more, which no two calls have
   */
  static Load of(int callers, IntFunction<HttpResponse<byte[]>> call) {
    Load load = new Load(callers);
    for (int i = 0; i < callers; i++) {
      load.callers.add(load.threads.submit(() -> load.run(call)));
    }
    return load;
  }

  /** Waits until that many further calls have been answered. */
  void await(int calls) {
    int enough = answered.get() + calls;
    TestCluster.eventually(
        () -> {
          if (answered.get() < enough && callers.stream().noneMatch(Future::isDone)) {
            throw new AssertionError(answered.get() + " answers");
          }
        });
  }

  /** Stops the callers, and fails as one of their calls has failed. */
  List<HttpResponse<byte[]>> end() throws ExecutionException, InterruptedException {
    stopped = true;
    List<HttpResponse<byte[]>> answers = new ArrayList<>();
    for (Future<List<HttpResponse<byte[]>>> caller : callers) {
      answers.addAll(caller.get());
    }
    return answers;
  }

  private List<HttpResponse<byte[]>> run(IntFunction<HttpResponse<byte[]>> call) {
    List<HttpResponse<byte[]>> answers = new ArrayList<>();
    while (!stopped) {
      answers.add(call.apply(begun.getAndIncrement()));
      answered.incrementAndGet();
    }
    return answers;
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
  }
}
