package edge.starling.loadtest.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Calls one function at every node, one call after the other, and keeps how they were answered. */
final class Callers implements AutoCloseable {
  private static final long PAUSE_MILLIS = 10;

  private final Set<String> answers = ConcurrentHashMap.newKeySet();
  private final CountDownLatch over = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  private Callers() {}

  static Callers of(StartedNodes nodes, String function) {
    var callers = new Callers();
    for (int node = 1; node <= nodes.all().size(); node++) {
      int asked = node;
      Thread thread =
          new Thread(() -> callers.callOnAndOn(nodes, asked, function), "calls-" + asked);
      thread.setDaemon(true);
      callers.threads.add(thread);
      thread.start();
    }
    return callers;
  }

  private void callOnAndOn(StartedNodes nodes, int node, String function) {
    try {
      do {
        answers.add(answer(nodes, node, function));
      } while (!over.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String answer(StartedNodes nodes, int node, String function)
      throws InterruptedException {
    try {
      return nodes.call(node, function);
    } catch (IOException e) {
      return "n" + node + " does not answer"; // it is down
    }
  }

  /** All different answers up to now; no more calls are made. */
  Set<String> end() throws InterruptedException {
    over.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    return Set.copyOf(answers);
  }

  @Override
  public void close() throws InterruptedException {
    end();
  }
}
