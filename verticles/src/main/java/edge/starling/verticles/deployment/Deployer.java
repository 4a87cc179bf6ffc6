package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.DeploymentMessage.Deploy;
import edge.starling.codecs.messages.DeploymentMessage.DeployAnswer;
import edge.starling.codecs.messages.DeploymentMessage.DeployImage;
import edge.starling.codecs.messages.DeploymentMessage.Deployed;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Place;
import edge.starling.codecs.messages.DeploymentMessage.TakeoverFailure;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.NodeId;
import edge.starling.verticles.deployment.Intake.TakenIn;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A deployment from the client's question to its answer: this node first, in the function's turn,
 * then the other providers. Confined to one event loop.
 */
final class Deployer {
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private final NodeId self;
  private final Duration takeOverTimeout;
  private final LongSupplier nanoTime;
  private final Turns turns;
  private final RouterClient router;
  private final Intake intake;
  private final IndexClient index;
  private final ProvidersClient providers;

  Deployer(
      NodeId self,
      Duration takeOverTimeout,
      LongSupplier nanoTime,
      Turns turns,
      RouterClient router,
      Intake intake,
      IndexClient index,
      ProvidersClient providers) {
    this.self = self;
    this.takeOverTimeout = takeOverTimeout;
    this.nanoTime = nanoTime;
    this.turns = turns;
    this.router = router;
    this.intake = intake;
    this.index = index;
    this.providers = providers;
  }

  /** Ends with a {@link Refusal} where nothing was changed. */
  CompletionStage<DeployAnswer> deploy(Deploy request) {
    FunctionName name = request.name();
    if (name == null && request.mode() == Mode.PUT) {
      return CompletableFuture.failedStage(new Refusal(Cause.INVALID, "name: is missing"));
    }
    FunctionName function = name == null ? madeUp() : name;
    Deadline deadline = new Deadline(nanoTime, untilAnswer());
    return take(function, request.choices(), () -> intake.take(request, function, deadline));
  }

  /** As {@link #deploy}. */
  CompletionStage<DeployAnswer> place(Place request) {
    Deadline deadline = new Deadline(nanoTime, untilAnswer());
    return take(request.name(), request.choices(), () -> intake.take(request, deadline));
  }

  /** As {@link #deploy}. */
  CompletionStage<DeployAnswer> deploy(DeployImage request) {
    Deadline deadline = new Deadline(nanoTime, untilAnswer());
    return take(request.name(), request.choices(), () -> intake.take(request, deadline));
  }

  private CompletionStage<DeployAnswer> take(
      FunctionName function, Choices choices, Supplier<CompletionStage<TakenIn>> intoThisNode) {
    return turns
        .take(function, () -> router.check(choices).thenCompose(checked -> intoThisNode.get()))
        // No longer in turn: two nodes that update one function at once would wait for each other.
        .thenCompose(this::spread);
  }

  private CompletionStage<DeployAnswer> spread(TakenIn taken) {
    if (!taken.changed()) {
      return CompletableFuture.completedStage(
          new Deployed(taken.description(), taken.providers(), taken.created(), List.of()));
    }
    List<NodeId> others = taken.providers().stream().filter(node -> !node.equals(self)).toList();
    return providers
        .takeOver(taken.description(), others)
        .thenCompose(
            withdrawn ->
                providersNow(taken, withdrawn)
                    .thenApply(
                        now -> new Deployed(taken.description(), now, taken.created(), withdrawn)));
  }

  private CompletionStage<List<NodeId>> providersNow(
      TakenIn taken, List<TakeoverFailure> withdrawn) {
    List<NodeId> failed = withdrawn.stream().map(TakeoverFailure::node).toList();
    return index
        .lookup(taken.description().name())
        .thenApply(entry -> entry.map(Entry::providers).orElse(List.of()))
        .exceptionally(silent -> taken.providers())
        .thenApply(now -> now.stream().filter(node -> !failed.contains(node)).toList());
  }

  /** Within the asker's patience, with the time for the other providers' takeovers left over. */
  private Duration untilAnswer() {
    Duration left = Addresses.DEPLOY.patience().minus(takeOverTimeout).minus(MARGIN);
    return left.compareTo(MARGIN) > 0 ? left : MARGIN;
  }

  private static FunctionName madeUp() {
    return new FunctionName("fn-" + UUID.randomUUID(), FunctionName.DEFAULT_NAMESPACE);
  }
}
