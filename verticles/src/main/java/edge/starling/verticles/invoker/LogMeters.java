package edge.starling.verticles.invoker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** What the functions' logs take, and what is no longer in them. Thread-safe. */
final class LogMeters {
  private final AtomicLong held = new AtomicLong();
  private final Counter droppedLines;
  private final Counter droppedBytes;

  LogMeters(MeterRegistry metrics) {
    Gauge.builder("starling.logs.bytes", held, AtomicLong::get)
        .baseUnit("bytes")
        .description("what the logs of the functions take")
        .register(metrics);
    droppedLines =
        Counter.builder("starling.logs.dropped.lines")
            .description("lines of functions' logs that newer ones have pushed out")
            .register(metrics);
    droppedBytes =
        Counter.builder("starling.logs.dropped.bytes")
            .description("bytes of lines that were pushed out, and of long lines that were cut")
            .register(metrics);
  }

  void holds(long bytes) {
    held.set(bytes);
  }

  void dropped(long bytes) {
    droppedLines.increment();
    droppedBytes.increment((double) bytes);
  }

  void cut(long bytes) {
    if (bytes > 0) {
      droppedBytes.increment((double) bytes);
    }
  }
}
