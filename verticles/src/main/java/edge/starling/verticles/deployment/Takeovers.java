package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.DeploymentMessage.TakeOver;
import edge.starling.codecs.messages.DeploymentMessage.TakenOver;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Standing;
import edge.starling.codecs.messages.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Brings a version here that another node has taken in. Confined to one event loop; to be called in
 * the function's turn.
 */
final class Takeovers {
  private final NodeId self;
  private final Copies copies;
  private final IndexClient index;
  private final ArtefactClient artefacts;
  private final Installation installation;

  Takeovers(
      NodeId self,
      Copies copies,
      IndexClient index,
      ArtefactClient artefacts,
      Installation installation) {
    this.self = self;
    this.copies = copies;
    this.index = index;
    this.artefacts = artefacts;
    this.installation = installation;
  }

  /** Never ends exceptionally: what went wrong is the answer, and the old version runs on. */
  CompletionStage<TakenOver> take(TakeOver request, Deadline deadline) {
    Description wanted = request.description();
    Copy copy = copies.of(wanted.name());
    if (copy == null || copy.resting()) {
      // Whoever asks believes that this node is a provider: make the index say that it is not.
      return index.withdraw(wanted.name(), false).handle((withdrawn, error) -> new TakenOver(null));
    }
    if (copy.running() && copy.version().compareTo(wanted.version()) >= 0) {
      return CompletableFuture.completedStage(new TakenOver(null));
    }
    return sources(wanted.name(), request.from())
        .thenCompose(from -> adopt(wanted, copy, from, deadline))
        // Where the verdict is not CURRENT, something newer stands: this version needs no provider.
        .handle((standing, error) -> new TakenOver(error == null ? null : Refusal.problem(error)));
  }

  /**
   * Fetches a version and has it run here in place of the copy.
   *
   * @param from in the order in which they are asked for the files
   */
  CompletionStage<Standing> adopt(
      Description wanted, Copy copy, List<NodeId> from, Deadline deadline) {
    return artefacts
        .gather(wanted, from, deadline)
        .thenCompose(
            staged -> installation.install(wanted, copy, staged, deadline, index::announce));
  }

  private CompletionStage<List<NodeId>> sources(FunctionName function, NodeId first) {
    return index
        .lookup(function)
        .exceptionally(silent -> Optional.empty())
        .thenApply(
            entry ->
                Stream.concat(
                        Stream.of(first), entry.map(Entry::providers).orElse(List.of()).stream())
                    .filter(node -> !node.equals(self))
                    .distinct()
                    .toList());
  }
}
