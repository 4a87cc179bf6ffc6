package edge.starling.verticles.invoker;

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
 * What it costs to ask for room and to admit, by the rate, where calls come at twice the rate. Run
 * {@link #main} with the test class path.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SlidingWindowBenchmark {
  @Param({"10", "1000", "100000"})
  public int rate;

  private SlidingWindow window;
  private long gap;
  private long now;

  @Setup
  public void fill() {
    window = new SlidingWindow(rate);
    gap = TimeUnit.SECONDS.toNanos(1) / (2L * rate);
  }

  @Benchmark
  public boolean admit() {
    now += gap;
    return window.admit(now);
  }

  public static void main(String[] arguments) throws RunnerException {
    new Runner(new OptionsBuilder().include(SlidingWindowBenchmark.class.getSimpleName()).build())
        .run();
  }
}
