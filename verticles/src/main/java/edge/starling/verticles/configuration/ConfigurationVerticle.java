package edge.starling.verticles.configuration;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.ConfigurationMessage.ApplyChange;
import edge.starling.codecs.messages.ConfigurationMessage.AskConfiguration;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeAnswer;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeConfiguration;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeVerdict;
import edge.starling.codecs.messages.ConfigurationMessage.Changed;
import edge.starling.codecs.messages.ConfigurationMessage.CheckChange;
import edge.starling.codecs.messages.ConfigurationMessage.Configuration;
import edge.starling.codecs.messages.ConfigurationMessage.ConfigurationChanged;
import edge.starling.codecs.messages.ConfigurationMessage.NotChanged;
import edge.starling.codecs.messages.ConfigurationMessage.Obstacle;
import edge.starling.codecs.messages.NodeId;
import edge.starling.config.ConfigLoader;
import edge.starling.config.NodeConfig;
import edge.starling.verticles.configuration.NodeAnswers.Said;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the settings of the node, and changes them while it runs; a change lasts until the node
 * starts again. A change everywhere takes two steps: all members check it, and only when all would
 * make it they are told to. Changes on one node are made one after the other; of two that come to
 * different nodes at once, each node keeps the one that reached it last.
 */
public final class ConfigurationVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationVerticle.class);
  private static final int MOST_WAITING = 16;

  private final NodeId self;

  /** Of this node's clients; each is applied in a turn of its own. */
  private final Turns requests = new Turns(MOST_WAITING);

  private final Turns applications = new Turns(MOST_WAITING);
  private NodeConfig present;
  private @Nullable Parts parts;

  /** What exists once the bus is open. */
  private record Parts(Bus bus, RouterClient router, MembersClient members) {}

  /**
   * @param config what the node was started with
   */
  public ConfigurationVerticle(NodeId self, NodeConfig config) {
    this.self = self;
    this.present = config;
  }

  @Override
  public Future<?> start() {
    return Bus.open(vertx, self)
        .compose(
            bus -> {
              parts = new Parts(bus, new RouterClient(bus), new MembersClient(bus));
              return Future.all(
                  bus.serve(Addresses.CONFIGURATION, this::read),
                  bus.serve(Addresses.CHANGE_CONFIGURATION, this::change),
                  bus.serve(Addresses.CHECK_CHANGE, this::check),
                  bus.serve(Addresses.APPLY_CHANGE, this::apply));
            });
  }

  private Future<Configuration> read(AskConfiguration request) {
    return Future.succeededFuture(new Configuration(ConfigLoader.assignments(present)));
  }

  private Future<ChangeAnswer> change(ChangeConfiguration request) {
    String document = request.document();
    return inTurn(
            requests,
            () -> request.everywhere() ? changeEverywhere(document) : changeHere(document))
        .recover(ConfigurationVerticle::tooMany);
  }

  private Future<ChangeVerdict> check(CheckChange request) {
    return propose(request.document()).map(proposal -> new ChangeVerdict(proposal.problem()));
  }

  private Future<ChangeVerdict> apply(ApplyChange request) {
    return applied(request.document()).map(proposal -> new ChangeVerdict(proposal.problem()));
  }

  private Future<ChangeAnswer> changeHere(String document) {
    return applied(document)
        .map(
            proposal -> {
              String problem = proposal.problem();
              return problem == null
                  ? changed(List.of(self))
                  : new NotChanged(Obstacle.INVALID, problem);
            });
  }

  private Future<ChangeAnswer> changeEverywhere(String document) {
    MembersClient members = parts().members();
    return members
        .list()
        .compose(
            nodes ->
                members
                    .check(nodes, document)
                    .compose(
                        checked ->
                            checked
                                .obstacle()
                                .<Future<ChangeAnswer>>map(Future::succeededFuture)
                                .orElseGet(
                                    () ->
                                        members
                                            .apply(nodes, document)
                                            .map(this::changedEverywhere))));
  }

  private ChangeAnswer changedEverywhere(NodeAnswers applied) {
    return applied
        .shortfall()
        .<ChangeAnswer>map(shortfall -> shortfall)
        .orElseGet(() -> changed(applied.nodes(Said.YES)));
  }

  private ChangeAnswer changed(List<NodeId> nodes) {
    return new Changed(ConfigLoader.assignments(present), nodes);
  }

  private Future<Proposal> propose(String document) {
    return parts().router().judge(Proposal.of(present, document));
  }

  private Future<Proposal> applied(String document) {
    return inTurn(applications, () -> propose(document).onSuccess(this::putInForce));
  }

  private void putInForce(Proposal proposal) {
    List<String> changes = proposal.changes();
    if (!changes.isEmpty()) {
      present = proposal.next();
      LOG.info("changed while running: {}", String.join(", ", changes));
      // before anything that follows from the answer
      parts()
          .bus()
          .tellHere(
              Addresses.CONFIGURATION_CHANGED,
              new ConfigurationChanged(ConfigLoader.assignments(present)));
    }
  }

  private <T> Future<T> inTurn(Turns turns, Supplier<Future<T>> change) {
    return Future.fromCompletionStage(turns.take(() -> change.get().toCompletionStage()), context);
  }

  private static Future<ChangeAnswer> tooMany(Throwable error) {
    return error instanceof Turns.TooMany
        ? Future.succeededFuture(
            new NotChanged(Obstacle.TOO_MANY_CHANGES, String.valueOf(error.getMessage())))
        : Future.failedFuture(error);
  }

  private Parts parts() {
    return Objects.requireNonNull(parts, "not started");
  }
}
