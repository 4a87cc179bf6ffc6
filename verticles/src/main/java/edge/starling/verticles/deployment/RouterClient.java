package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.RoutingMessage.CheckPolicy;
import io.vertx.core.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks this node's router. Confined to one event loop. */
final class RouterClient {
  private final Bus bus;

  RouterClient(Bus bus) {
    this.bus = bus;
  }

  /** Ends with a {@link Refusal} where the policy that was chosen is none. */
  CompletionStage<Choices> check(Choices choices) {
    String policy = choices.policy();
    if (policy == null || policy.equals(Choices.AS_THE_NODE)) {
      return CompletableFuture.completedStage(choices);
    }
    return bus.request(Addresses.CHECK_POLICY, new CheckPolicy(policy))
        .compose(
            checked ->
                checked.problem() == null
                    ? Future.succeededFuture(choices)
                    : Future.<Choices>failedFuture(
                        new Refusal(Cause.INVALID, String.valueOf(checked.problem()))))
        .toCompletionStage();
  }
}
