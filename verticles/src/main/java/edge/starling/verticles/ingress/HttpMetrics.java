package edge.starling.verticles.ingress;

import edge.starling.codecs.bus.BytesInFlight;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What the ingress counts. Thread-safe. */
final class HttpMetrics {
  private final MeterRegistry registry;
  private final Counter refusedConnections;
  private final Counter idleConnections;
  private final Map<String, RouteTimers> routes = new ConcurrentHashMap<>();

  HttpMetrics(
      MeterRegistry registry,
      BytesInFlight bytes,
      OpenConnections connections,
      OpenConnections logReaders) {
    this.registry = registry;
    this.refusedConnections =
        Counter.builder("starling.http.connections.refused")
            .description("Connections closed at once because of http.max-connections")
            .register(registry);
    this.idleConnections =
        Counter.builder("starling.http.connections.idle")
            .description("Connections closed because of http.idle-timeout")
            .register(registry);
    Gauge.builder("starling.http.bytes.in.flight", bytes, BytesInFlight::held)
        .description("Bytes of all bodies that the node holds")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("starling.http.connections", connections, OpenConnections::open)
        .description("Open connections of clients")
        .register(registry);
    Gauge.builder("starling.logs.readers", logReaders, OpenConnections::open)
        .description("Requests for logs that are being answered")
        .register(registry);
  }

  void connectionRefused() {
    refusedConnections.increment();
  }

  void connectionWasIdle() {
    idleConnections.increment();
  }

  /** An answer that is a problem, by its type: of these there are few. */
  void problem(String type) {
    Counter.builder("starling.http.problems")
        .description("Answers that tell what went wrong")
        .tag("type", type)
        .register(registry)
        .increment();
  }

  /**
   * @param route as the document of the interface writes it
   */
  RouteTimers route(String route) {
    return routes.computeIfAbsent(route, key -> new RouteTimers(registry, key));
  }

  /** The times of one route's requests by class of status, looked up once. */
  static final class RouteTimers {
    private final Timer[] byClass = new Timer[6];

    private RouteTimers(MeterRegistry registry, String route) {
      for (int i = 1; i < byClass.length; i++) {
        byClass[i] =
            Timer.builder("starling.http.requests")
                .description("Requests from their first line to the end of their answer")
                .tag("route", route)
                .tag("status", i + "xx")
                .register(registry);
      }
    }

    void record(int status, long nanos) {
      byClass[Math.min(5, Math.max(1, status / 100))].record(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
