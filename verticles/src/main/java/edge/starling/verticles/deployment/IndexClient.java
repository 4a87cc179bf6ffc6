package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Announce;
import edge.starling.codecs.messages.IndexMessage.Delete;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Found;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.Publish;
import edge.starling.codecs.messages.IndexMessage.Standing;
import edge.starling.codecs.messages.IndexMessage.Withdraw;
import edge.starling.codecs.messages.IndexMessage.Withdrawn;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks this node's index. Confined to one event loop. */
final class IndexClient {
  private static final int TRIES_TO_SETTLE = 3;

  private final Bus bus;

  IndexClient(Bus bus) {
    this.bus = bus;
  }

  CompletionStage<Optional<Entry>> lookup(FunctionName function) {
    return found(function).toCompletionStage();
  }

  /** For an operation that has changed nothing yet: silence ends it with a {@link Refusal}. */
  CompletionStage<Optional<Entry>> lookupFirst(FunctionName function) {
    return found(function)
        .recover(
            error ->
                error instanceof BusError bus && bus.code() == BusError.Code.TIMED_OUT
                    ? Future.failedFuture(
                        new Refusal(
                            Cause.INDEX_SILENT,
                            "the members that know of "
                                + function.shortest()
                                + " do not answer; nothing was changed, try again later"))
                    : Future.failedFuture(error))
        .toCompletionStage();
  }

  /**
   * Where the index stays silent the version may stand or not; then this looks, and ends with the
   * index's error only when that is silent as well or something else stands.
   */
  CompletionStage<Standing> publish(Description description, @Nullable FunctionVersion replaces) {
    return bus.request(Addresses.PUBLISH, new Publish(description, replaces))
        .recover(
            error ->
                error instanceof BusError bus && bus.isSurelyNotTaken()
                    ? Future.failedFuture(error)
                    : settle(description, error, TRIES_TO_SETTLE))
        .toCompletionStage();
  }

  CompletionStage<Standing> announce(Description description) {
    return bus.request(Addresses.ANNOUNCE, new Announce(description)).toCompletionStage();
  }

  CompletionStage<Withdrawn> withdraw(FunctionName function, boolean deleteWhenLast) {
    return bus.request(Addresses.WITHDRAW, new Withdraw(function, deleteWhenLast))
        .toCompletionStage();
  }

  /** The tombstone; nothing where there was no such function. */
  CompletionStage<Optional<Entry>> delete(FunctionName function) {
    return bus.request(Addresses.DELETE, new Delete(function))
        .map(found -> Optional.ofNullable(found.entry()))
        .toCompletionStage();
  }

  /** Who may have a function's files: its providers, and after them all the other members. */
  CompletionStage<List<NodeId>> holders(FunctionName function) {
    Future<List<NodeId>> providers =
        found(function).map(entry -> entry.map(Entry::providers).orElse(List.of()));
    Future<List<NodeId>> members =
        bus.request(Addresses.LIST_MEMBERS, new ListMembers())
            .map(all -> all.members().stream().map(Member::node).toList())
            .otherwise(List.of());
    return Future.all(providers, members)
        .map(
            both ->
                Stream.concat(providers.result().stream(), members.result().stream())
                    .filter(node -> !node.equals(bus.self()))
                    .distinct()
                    .toList())
        .toCompletionStage();
  }

  private Future<Optional<Entry>> found(FunctionName function) {
    return bus.request(Addresses.LOOKUP, new Lookup(function))
        .map(Found::entry)
        .map(Optional::ofNullable);
  }

  private Future<Standing> settle(Description description, Throwable error, int triesLeft) {
    return found(description.name())
        .transform(
            looked -> {
              if (looked.failed() && triesLeft > 1) {
                return settle(description, error, triesLeft - 1);
              }
              return looked.succeeded() && stands(description, looked.result())
                  ? bus.request(Addresses.ANNOUNCE, new Announce(description))
                  : Future.failedFuture(error);
            });
  }

  private static boolean stands(Description description, Optional<Entry> entry) {
    return entry
        .filter(found -> !found.deleted())
        .filter(found -> found.description().version().equals(description.version()))
        .isPresent();
  }
}
