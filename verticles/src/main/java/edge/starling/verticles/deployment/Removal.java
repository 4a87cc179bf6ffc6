package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Discard;
import edge.starling.codecs.messages.DeploymentMessage.Discarded;
import edge.starling.codecs.messages.DeploymentMessage.Rest;
import edge.starling.codecs.messages.DeploymentMessage.Rested;
import edge.starling.codecs.messages.DeploymentMessage.Undeploy;
import edge.starling.codecs.messages.DeploymentMessage.Undeployed;
import edge.starling.codecs.messages.FunctionName;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Takes functions off this node, or out of the cluster. Confined to one event loop. */
final class Removal {
  private final Copies copies;
  private final IndexClient index;
  private final Installation installation;

  Removal(Copies copies, IndexClient index, Installation installation) {
    this.copies = copies;
    this.index = index;
    this.installation = installation;
  }

  /** To be called in the function's turn. Ends with a {@link Refusal} where there is none. */
  CompletionStage<Undeployed> undeploy(Undeploy request) {
    FunctionName function = request.function();
    Copy copy = copies.of(function);
    if (request.everywhere()) {
      return index
          .lookupFirst(function)
          .thenCompose(
              entry -> {
                if (Present.of(entry, copy).live() == null) {
                  throw new Refusal(Cause.UNKNOWN, "there is no function " + function.shortest());
                }
                return index.delete(function).thenCompose(tombstone -> dropped(copy, false));
              });
    }
    if (copy == null) {
      throw new Refusal(Cause.UNKNOWN, "this node has no copy of " + function.shortest());
    }
    return dropped(copy, true);
  }

  /** To be called in the function's turn. */
  CompletionStage<Rested> rest(Rest request) {
    Copy copy = copies.of(request.function());
    return copy == null || copy.resting()
        // Whoever asks believes that this node is a provider: make the index say that it is not.
        ? index.withdraw(request.function(), false).thenApply(withdrawn -> new Rested(null))
        : installation.rest(copy).thenApply(rested -> new Rested(null));
  }

  /**
   * Not in the function's turn, which a takeover may have that takes too long: what is under way
   * finds its copy gone, and is void.
   */
  CompletionStage<Discarded> discard(Discard request) {
    Copy copy = copies.of(request.function());
    if (copy == null || copy.version().compareTo(request.below()) >= 0) {
      return CompletableFuture.completedStage(new Discarded(copy != null));
    }
    copies.remove(copy.name());
    return installation
        .drop(copy, false)
        .whenComplete(
            (dropped, error) -> {
              if (error != null && copies.of(copy.name()) == null) {
                copies.put(copy);
              }
            })
        .thenApply(dropped -> new Discarded(false));
  }

  private CompletionStage<Undeployed> dropped(@Nullable Copy copy, boolean deleteWhenLast) {
    return copy == null
        ? CompletableFuture.completedStage(new Undeployed(null))
        : installation
            .drop(copy, deleteWhenLast && !copy.resting())
            .thenApply(gone -> new Undeployed(null));
  }
}
