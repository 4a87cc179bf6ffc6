package edge.starling.verticles.routing;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.RoutingMessage.Arrival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * How often this node's own clients have called each function, wherever the calls ran. Confined to
 * the router's event loop.
 */
final class ArrivalCounts {
  private static final long LATELY_NANOS = Duration.ofSeconds(2).toNanos();

  private final LongSupplier nanoTime;
  private final PerFunction<Count> counts = new PerFunction<>(Count::new);

  private static final class Count {
    private long calls;
    private long lastAt;
  }

  ArrivalCounts(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void count(FunctionName function) {
    Count count = counts.of(function);
    count.calls++;
    count.lastAt = nanoTime.getAsLong();
  }

  /** Of the functions that were called within the last two seconds. */
  List<Arrival> lately() {
    long now = nanoTime.getAsLong();
    List<Arrival> lately = new ArrayList<>();
    counts
        .all()
        .forEach(
            (function, count) -> {
              if (now - count.lastAt <= LATELY_NANOS) {
                lately.add(new Arrival(function, count.calls));
              }
            });
    return lately;
  }
}
