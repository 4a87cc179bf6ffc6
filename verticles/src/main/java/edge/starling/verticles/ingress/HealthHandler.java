package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.LIST_MEMBERS;
import static edge.starling.codecs.messages.Addresses.RECOVERED;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.DeploymentMessage.AskRecovered;
import edge.starling.codecs.messages.DeploymentMessage.Recovered;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.IndexMessage.Members;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** How the node is: alive, ready, in numbers. */
final class HealthHandler {
  private final Vertx vertx;
  private final Site site;
  private final Bus bus;
  private boolean draining;

  HealthHandler(Vertx vertx, Site site, Bus bus) {
    this.vertx = vertx;
    this.site = site;
    this.bus = bus;
  }

  /** A node that drains is not ready. */
  void setDraining(boolean drains) {
    draining = drains;
  }

  /** {@code GET /healthz}. */
  void alive(Exchange exchange) {
    exchange.json(200, Map.of("status", "up"));
  }

  /** {@code GET /readyz}. */
  void ready(Exchange exchange) {
    if (draining) {
      notReady(exchange, "the node drains");
    } else if (!site.joined().getAsBoolean()) {
      notReady(exchange, "the node has not joined its cluster yet");
    } else {
      askOthers(exchange);
    }
  }

  /** {@code GET /metrics}. */
  void metrics(Exchange exchange) {
    vertx
        .executeBlocking(() -> site.registry().scrape().getBytes(StandardCharsets.UTF_8), false)
        .onComplete(
            text -> exchange.text(200, "text/plain; version=0.0.4; charset=utf-8", text),
            fault -> exchange.fail(fault));
  }

  private void askOthers(Exchange exchange) {
    Future<Recovered> recovered = bus.request(RECOVERED, new AskRecovered());
    Future<Members> members = bus.request(LIST_MEMBERS, new ListMembers());
    Future.all(recovered, members)
        .onComplete(
            both -> {
              if (recovered.result().pending() > 0) {
                notReady(
                    exchange,
                    "functions that are still being brought back: " + recovered.result().pending());
              } else if (members.result().members().isEmpty()) {
                notReady(exchange, "the index knows no members yet");
              } else {
                exchange.json(200, Map.of("status", "ready"));
              }
            },
            fault -> notReady(exchange, "a part of the node gives no answer"));
  }

  private static void notReady(Exchange exchange, String detail) {
    exchange.problem(
        Problem.unavailable("not-ready", "The node is not ready", detail, Duration.ofSeconds(1)));
  }
}
