package edge.starling.verticles.routing;

import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What it costs to choose the peer with the fewest calls, to count a call there, and to count one
 * less at another: by the number of peers, and how many of them provide the function. Run {@link
 * #main} with the test class path.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CallsInProgressBenchmark {
  private static final int CALLS_A_PEER = 3;

  @Param({"10", "100", "1000", "10000"})
  public int peers;

  @Param({"100", "10", "1"})
  public int percentProviding;

  private final Random random = new Random(1);
  private CallsInProgress<Integer> calls;
  private Set<Integer> providers;
  private Integer[] inFlight;
  private int oldest;

  @Setup
  public void fill() {
    calls = new CallsInProgress<>();
    providers = new HashSet<>();
    for (int peer = 0; peer < peers; peer++) {
      calls.need(peer);
      if (peer * 100L < (long) peers * percentProviding) {
        providers.add(peer);
      }
    }
    inFlight = new Integer[CALLS_A_PEER * peers];
    for (int i = 0; i < inFlight.length; i++) {
      inFlight[i] = random.nextInt(peers);
      calls.acquire(inFlight[i]);
    }
  }

  @Benchmark
  public Optional<Integer> chooseAcquireRelease() {
    Optional<Integer> chosen = calls.fewest(providers, any -> true);
    calls.release(inFlight[oldest]);
    inFlight[oldest] = chosen.orElseThrow();
    calls.acquire(inFlight[oldest]);
    oldest = (oldest + 1) % inFlight.length;
    return chosen;
  }

  @Benchmark
  public int acquireAndRelease() {
    calls.acquire(inFlight[oldest]);
    calls.release(inFlight[oldest]);
    oldest = (oldest + 1) % inFlight.length;
    return oldest;
  }

  public static void main(String[] arguments) throws RunnerException {
    new Runner(new OptionsBuilder().include(CallsInProgressBenchmark.class.getSimpleName()).build())
        .run();
  }
}
