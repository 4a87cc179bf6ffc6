package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.Outcome.Failure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The meters of one function, looked up once: {@code starling.invoker.calls} by outcome, {@code
 * starling.invoker.queue.wait} and {@code starling.invoker.function.time}. Confined to one thread.
 */
final class FunctionMeters {
  private final MeterRegistry metrics;
  private final String function;
  private final List<Meter> all = new ArrayList<>();
  private final Counter completed;
  private final Counter refused;
  private final Map<Failure, Counter> failed = new EnumMap<>(Failure.class);
  private final Timer queueWait;
  private final Timer functionTime;

  FunctionMeters(FunctionName function, MeterRegistry metrics) {
    this.metrics = metrics;
    this.function = function.shortest();
    this.completed = calls("completed");
    this.refused = calls("refused");
    this.queueWait = timer("starling.invoker.queue.wait");
    this.functionTime = timer("starling.invoker.function.time");
  }

  void completed() {
    completed.increment();
  }

  void refused() {
    refused.increment();
  }

  void failed(Failure failure) {
    failed
        .computeIfAbsent(
            failure, key -> calls(key.name().toLowerCase(Locale.ROOT).replace('_', '-')))
        .increment();
  }

  Timer queueWait() {
    return queueWait;
  }

  Timer functionTime() {
    return functionTime;
  }

  /** The function is gone from this node, and its meters with it. */
  void remove() {
    all.forEach(metrics::remove);
  }

  private Counter calls(String outcome) {
    Counter counter =
        Counter.builder("starling.invoker.calls")
            .tag("function", function)
            .tag("outcome", outcome)
            .register(metrics);
    all.add(counter);
    return counter;
  }

  private Timer timer(String name) {
    Timer timer = Timer.builder(name).tag("function", function).register(metrics);
    all.add(timer);
    return timer;
  }
}
