package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Outcome.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** {@code starling.invoker.refused}: the calls that this node refused, by reason. */
final class RefusalMeters {
  private final Map<Reason, Counter> byReason = new EnumMap<>(Reason.class);
  private final MeterRegistry metrics;

  RefusalMeters(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  /** To be called from one thread. */
  void count(Reason reason) {
    byReason
        .computeIfAbsent(
            reason, key -> metrics.counter("starling.invoker.refused", "reason", key.type()))
        .increment();
  }
}
