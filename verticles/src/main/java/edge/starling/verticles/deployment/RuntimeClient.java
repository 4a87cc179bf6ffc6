package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.InvokerMessage.Activate;
import edge.starling.codecs.messages.InvokerMessage.Done;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.codecs.messages.InvokerMessage.Prepare;
import edge.starling.codecs.messages.InvokerMessage.Prepared;
import edge.starling.codecs.messages.InvokerMessage.Retire;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Asks this node's invoker. Confined to one event loop. */
final class RuntimeClient {
  /** Beyond a version's longest call: until then every caller has been answered. */
  private static final Duration DRAIN_MARGIN = Duration.ofMinutes(1);

  private final Bus bus;

  RuntimeClient(Bus bus) {
    this.bus = bus;
  }

  /** Ends with a {@link Refusal} where the version cannot be run on this node. */
  CompletionStage<Copy> prepare(Copy copy, Deadline deadline) {
    Prepare request = new Prepare(copy.description(), copy.folder().toString());
    return bus.request(Addresses.PREPARE, bus.self(), request, deadline.remaining())
        .compose(prepared -> fit(copy, prepared))
        .toCompletionStage();
  }

  CompletionStage<Copy> activate(Copy copy) {
    Activate request = new Activate(copy.name(), copy.version());
    return bus.request(Addresses.ACTIVATE, request)
        .recover(silent -> bus.request(Addresses.ACTIVATE, request))
        .map(copy)
        .toCompletionStage();
  }

  /** Completes when the version's last call has ended. */
  CompletionStage<Done> retire(Copy copy) {
    return bus.request(
            Addresses.RETIRE,
            bus.self(),
            new Retire(copy.name(), copy.version()),
            copy.description().settings().timeout().plus(DRAIN_MARGIN))
        .toCompletionStage();
  }

  private static Future<Copy> fit(Copy copy, Prepared prepared) {
    Obstacle obstacle = prepared.obstacle();
    return obstacle == null
        ? Future.succeededFuture(copy)
        : Future.failedFuture(new Refusal(cause(obstacle), String.valueOf(prepared.problem())));
  }

  private static Cause cause(Obstacle obstacle) {
    return switch (obstacle) {
      case UNFIT -> Cause.UNFIT;
      case SWITCHED_OFF -> Cause.SWITCHED_OFF;
      case TAKEN -> Cause.TAKEN;
      case RUNTIME_DOWN -> Cause.RUNTIME_DOWN;
    };
  }
}
