package edge.starling.verticles.invoker;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this process and its descendants have used of the processors.
 *
 * @param nanosByProcess since its start, for each process that is alive
 * @param takenAtNanos of {@link System#nanoTime}
 */
record ProcessorTimes(Map<Long, Long> nanosByProcess, long takenAtNanos) {
  ProcessorTimes {
    nanosByProcess = Map.copyOf(nanosByProcess);
  }

  /** Asks the operating system. Blocks for milliseconds. */
  static ProcessorTimes now() {
    ProcessHandle self = ProcessHandle.current();
    Map<Long, Long> all =
        Stream.concat(Stream.of(self), self.descendants())
            .collect(Collectors.toMap(ProcessHandle::pid, ProcessorTimes::nanos, Math::max));
    return new ProcessorTimes(all, System.nanoTime());
  }

  private static long nanos(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }
}
