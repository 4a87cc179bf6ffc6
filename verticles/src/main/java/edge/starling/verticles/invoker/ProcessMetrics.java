package edge.starling.verticles.invoker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the {@code process} runtime counts. Thread-safe.
 *
 * @param workers long-running processes that take calls or finish their last ones
 * @param executables processes of calls in progress
 * @param restarts workers started in place of one that died or was stuck
 * @param stuck workers that were replaced since a call did not return
 * @param start from starting a worker until it takes calls, or has failed to
 * @param install of a function's requirements
 */
record ProcessMetrics(
    AtomicInteger workers,
    AtomicInteger executables,
    Counter restarts,
    Counter stuck,
    Timer start,
    Timer install) {

  static ProcessMetrics in(MeterRegistry registry) {
    return new ProcessMetrics(
        registry.gauge("starling.process.workers", new AtomicInteger()),
        registry.gauge("starling.process.executables", new AtomicInteger()),
        registry.counter("starling.process.restarts"),
        registry.counter("starling.process.stuck"),
        registry.timer("starling.process.start"),
        install(registry));
  }

  /** Of requirements, for whoever they are installed. */
  static Timer install(MeterRegistry registry) {
    return registry.timer("starling.process.install");
  }
}
