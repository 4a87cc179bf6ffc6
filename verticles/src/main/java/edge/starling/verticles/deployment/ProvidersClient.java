package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.DeploymentMessage.Discard;
import edge.starling.codecs.messages.DeploymentMessage.Discarded;
import edge.starling.codecs.messages.DeploymentMessage.TakeOver;
import edge.starling.codecs.messages.DeploymentMessage.TakenOver;
import edge.starling.codecs.messages.DeploymentMessage.TakeoverFailure;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.NodeId;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a function's other providers switch to a new version. Confined to one event loop. */
final class ProvidersClient {
  private static final Logger LOG = LoggerFactory.getLogger(ProvidersClient.class);

  private final Bus bus;
  private final Duration patience;
  private final MeterRegistry metrics;

  /**
   * @param patience a provider that has not switched by then is withdrawn
   */
  ProvidersClient(Bus bus, Duration patience, MeterRegistry metrics) {
    this.bus = bus;
    this.patience = patience;
    this.metrics = metrics;
  }

  /** Completes, never exceptionally, with those that did not and no longer are providers. */
  CompletionStage<List<TakeoverFailure>> takeOver(Description description, List<NodeId> others) {
    List<Future<Optional<TakeoverFailure>>> switched =
        others.stream().map(node -> takeOver(description, node)).toList();
    return Future.join(switched)
        .map(all -> switched.stream().flatMap(future -> future.result().stream()).toList())
        .toCompletionStage();
  }

  private Future<Optional<TakeoverFailure>> takeOver(Description description, NodeId node) {
    return bus.request(Addresses.TAKE_OVER, node, new TakeOver(description, bus.self()), patience)
        .map(TakenOver::problem)
        .map(Optional::ofNullable)
        .otherwise(error -> Optional.of(Refusal.problem(error)))
        .compose(
            problem ->
                problem.isEmpty()
                    ? count("switched", Optional.empty())
                    : discard(description, new TakeoverFailure(node, problem.get())));
  }

  private Future<Optional<TakeoverFailure>> discard(
      Description description, TakeoverFailure failure) {
    return isOvertaken(description)
        .compose(
            overtaken -> {
              if (overtaken) {
                // Whoever brought the newer version sees to this provider.
                return count("overtaken", Optional.empty());
              }
              LOG.warn(
                  "{} did not take {} {} over: {}",
                  failure.node(),
                  description.name(),
                  description.version(),
                  failure.problem());
              return bus.request(
                      Addresses.DISCARD,
                      failure.node(),
                      new Discard(description.name(), description.version()))
                  .map(Discarded::kept)
                  .otherwise(false)
                  .compose(
                      kept ->
                          kept
                              ? count("switched", Optional.empty())
                              : count("withdrawn", Optional.of(failure)));
            });
  }

  private Future<Boolean> isOvertaken(Description description) {
    return bus.request(Addresses.LOOKUP, new Lookup(description.name()))
        .map(
            found ->
                found.entry() != null
                    && found.entry().description().version().compareTo(description.version()) > 0)
        .otherwise(false);
  }

  private Future<Optional<TakeoverFailure>> count(
      String outcome, Optional<TakeoverFailure> failure) {
    metrics.counter("starling.deployment.take-overs", "outcome", outcome).increment();
    return Future.succeededFuture(failure);
  }
}
