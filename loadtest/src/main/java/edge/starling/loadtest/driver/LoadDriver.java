package edge.starling.loadtest.driver;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Loads a server over kept HTTP/1.1 connections, without pipelining, at a cost that is small beside
 * the server's. Each method blocks until its load is over; for one thread.
 */
public final class LoadDriver implements AutoCloseable {
  /** Load before the measured window begins, so that connections are warm in it. */
  private static final Duration RAMP = Duration.ofMillis(200);

  private final EventLoops loops;
  private final Duration patience;

  /**
   * @param threads the event loops that all connections share
   * @param patience a call that waits so long for its answer, or in an open loop for a connection,
   *     is an error
   */
  public LoadDriver(int threads, Duration patience) {
    loops = new EventLoops(threads);
    this.patience = patience;
  }

  /** Opens a connection for calls one by one. */
  public SingleCaller connect(Call call) throws IOException {
    return new SingleCaller(loops, call);
  }

  /**
   * Keeps every connection busy: as many calls in progress as connections.
   *
   * @throws IOException if not all connections could be opened
   */
  public Measurement closedLoop(Call call, int connections, Duration duration)
      throws IOException, InterruptedException {
    List<Connection> opened = open(call, connections);
    List<Tally> tallies = Stream.generate(Tally::new).limit(loops.count()).toList();
    long from = System.nanoTime() + RAMP.toNanos();
    List<ClosedLoop> pacings =
        tallies.stream()
            .map(each -> new ClosedLoop(each, from, from + duration.toNanos()))
            .toList();
    begin(opened, pacings);
    awaitFinished(opened, RAMP.plus(duration));
    return sum(tallies).over(duration);
  }

  /**
   * Sends calls at a steady rate, whether the server keeps up or not, over so many connections.
   *
   * @throws IOException if not all connections could be opened
   */
  public Measurement openLoop(Call call, int connections, double perSecond, Duration duration)
      throws IOException, InterruptedException {
    if (connections < loops.count()) {
      throw new IllegalArgumentException("at least " + loops.count() + " connections");
    }
    List<Connection> opened = open(call, connections);
    List<Tally> tallies = Stream.generate(Tally::new).limit(loops.count()).toList();
    long start = System.nanoTime();
    long from = start + RAMP.toNanos();
    List<OpenLoop> pacings =
        tallies.stream().map(each -> new OpenLoop(each, from, patience.toNanos())).toList();
    begin(opened, pacings);
    release(new ArrivalSchedule(perSecond, RAMP.plus(duration)), start, pacings);
    awaitFinished(opened, Duration.ZERO);
    long last = pacings.stream().mapToLong(OpenLoop::lastRightAt).max().orElse(from);
    return sum(tallies).over(Duration.ofNanos(Math.max(duration.toNanos(), last - from)));
  }

  /** Tells the loops of each call at its time: a thread's park is finer than a loop's timer. */
  private void release(ArrivalSchedule schedule, long start, List<OpenLoop> pacings) {
    for (long number = 0; number < schedule.calls(); number++) {
      long dueAt = start + schedule.offsetNanos(number);
      for (long wait = dueAt - System.nanoTime(); wait > 0; wait = dueAt - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      int loop = (int) (number % loops.count());
      OpenLoop pacing = pacings.get(loop);
      loops.loop(loop).execute(() -> pacing.due(dueAt));
    }
    for (int i = 0; i < loops.count(); i++) {
      loops.loop(i).execute(pacings.get(i)::end);
    }
  }

  private List<Connection> open(Call call, int count) throws IOException {
    List<Connection> connections =
        IntStream.range(0, count)
            .mapToObj(i -> new Connection(loops.loop(i), call, patience))
            .toList();
    try {
      for (var opening : connections.stream().map(Connection::open).toList()) {
        EventLoops.awaitOpen(opening);
      }
    } catch (IOException e) {
      finish(connections);
      throw e;
    }
    return connections;
  }

  private void begin(List<Connection> connections, List<? extends Pacing> pacings) {
    for (int i = 0; i < connections.size(); i++) {
      Connection connection = connections.get(i);
      Pacing pacing = pacings.get(i % loops.count());
      loops.loop(i).execute(() -> connection.begin(pacing));
    }
  }

  /** Waits for the expected time, and then as long as the last calls may take. */
  private void awaitFinished(List<Connection> connections, Duration expected)
      throws IOException, InterruptedException {
    var all =
        CompletableFuture.allOf(
            connections.stream().map(Connection::finished).toArray(CompletableFuture[]::new));
    try {
      all.get(expected.plus(patience.multipliedBy(3)).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      finish(connections);
      throw new IOException("the load did not end in time", e);
    }
  }

  private void finish(List<Connection> connections) {
    for (int i = 0; i < connections.size(); i++) {
      loops.loop(i).execute(connections.get(i)::finish);
    }
  }

  private static Tally sum(List<Tally> tallies) {
    Tally sum = new Tally();
    tallies.forEach(sum::add);
    return sum;
  }

  /** Ends the threads, and with them whatever connection is left. */
  @Override
  public void close() {
    loops.close();
  }
}
