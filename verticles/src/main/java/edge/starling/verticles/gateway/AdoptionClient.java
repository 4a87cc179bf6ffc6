package edge.starling.verticles.gateway;

import static edge.starling.codecs.messages.Addresses.DEPLOY_IMAGE;
import static edge.starling.codecs.messages.Addresses.LOOKUP;
import static edge.starling.codecs.messages.Addresses.UNDEPLOY;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.DeployAnswer;
import edge.starling.codecs.messages.DeploymentMessage.DeployImage;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.DeploymentMessage.Undeploy;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.GatewayMessage.Adopt;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.verticles.gateway.Inventory.Differences;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what the gateway has anyway functions of the cluster, and follows it: what changes there is
 * a new version here, and what goes there goes here. Confined to one event loop.
 */
final class AdoptionClient {
  private static final Logger LOG = LoggerFactory.getLogger(AdoptionClient.class);

  private final Bus bus;
  private final GatewayClient gateway;
  private final Inventory inventory;
  private final Set<FunctionName> leftAlone = new HashSet<>();
  private final Set<FunctionName> dropped = new HashSet<>();
  private boolean following;

  AdoptionClient(Bus bus, GatewayClient gateway, Inventory inventory) {
    this.bus = bus;
    this.gateway = gateway;
    this.inventory = inventory;
  }

  /** As somebody asks. */
  Future<DeployAnswer> adopt(Adopt request) {
    FunctionName function = request.function();
    return gateway
        .status(function)
        .compose(
            there ->
                there.isEmpty()
                    ? Future.succeededFuture(
                        (DeployAnswer)
                            new Rejected(
                                Cause.UNKNOWN,
                                "this node's OpenFaaS gateway has no function "
                                    + function.shortest()))
                    : find(function).compose(entry -> adopt(function, there.get(), entry)))
        .recover(
            error ->
                error instanceof GatewayFault fault
                    ? Future.succeededFuture(
                        new Rejected(
                            fault.obstacle() == Obstacle.RUNTIME_DOWN
                                ? Cause.RUNTIME_DOWN
                                : Cause.UNFIT,
                            String.valueOf(fault.getMessage())))
                    : Future.failedFuture(error));
  }

  /** As the gateway has changed; not before what it had changed to before has been followed. */
  void follow(Differences differences) {
    if (following) {
      return;
    }
    following = true;
    Future<?> followed = Future.succeededFuture();
    for (FunctionName gone : differences.dropped()) {
      followed = followed.compose(done -> drop(gone));
    }
    for (GatewayFunction changed : differences.changed()) {
      followed = followed.compose(done -> take(changed));
    }
    for (GatewayFunction found : differences.found()) {
      followed = followed.compose(done -> takeIn(found));
    }
    followed.onComplete(done -> following = false);
  }

  private Future<DeployAnswer> adopt(
      FunctionName function, GatewayFunction there, @Nullable Entry entry) {
    if (entry != null && !entry.deleted() && entry.description().form() != Form.ADOPTED) {
      return Future.succeededFuture(
          new Rejected(
              Cause.TAKEN,
              "there is a function " + function.shortest() + " that was deployed to the cluster"));
    }
    return bus.request(DEPLOY_IMAGE, new DeployImage(Mode.PUT, function, there.choices(), true));
  }

  private Future<?> takeIn(GatewayFunction found) {
    FunctionName function = found.function().orElseThrow();
    return find(function)
        .compose(
            entry -> {
              if (entry != null && entry.deleted() && !dropped.contains(function)) {
                inventory.unwanted(function);
                LOG.info(
                    "{} was deleted, and is adopted again only when somebody asks for it",
                    function.shortest());
                return Future.succeededFuture();
              }
              if (entry != null && !entry.deleted() && !found.is(entry.description())) {
                leaveAlone(function);
                return Future.succeededFuture();
              }
              return take(found);
            })
        .transform(done -> Future.succeededFuture());
  }

  private Future<?> take(GatewayFunction found) {
    FunctionName function = found.function().orElseThrow();
    return bus.request(DEPLOY_IMAGE, new DeployImage(Mode.PUT, function, found.choices(), true))
        .onSuccess(
            answer -> {
              leftAlone.remove(function);
              dropped.remove(function);
              if (answer instanceof Rejected rejected) {
                LOG.warn("{} is not adopted: {}", function.shortest(), rejected.detail());
              } else {
                LOG.info("{} is adopted from the gateway", function.shortest());
              }
            })
        .onFailure(
            error -> LOG.warn("{} is not adopted: {}", function.shortest(), error.getMessage()))
        .transform(done -> Future.succeededFuture());
  }

  private Future<?> drop(FunctionName function) {
    return bus.request(UNDEPLOY, new Undeploy(function, false))
        .onSuccess(
            done -> {
              dropped.add(function);
              LOG.info("{} went from the gateway", function.shortest());
            })
        .transform(done -> Future.succeededFuture());
  }

  private void leaveAlone(FunctionName function) {
    if (leftAlone.add(function)) {
      LOG.info(
          "{} is not adopted: the cluster has another function of that name", function.shortest());
    }
  }

  private Future<@Nullable Entry> find(FunctionName function) {
    return bus.request(LOOKUP, new Lookup(function)).map(found -> found.entry());
  }
}
