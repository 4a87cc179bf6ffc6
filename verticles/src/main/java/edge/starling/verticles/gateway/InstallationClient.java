package edge.starling.verticles.gateway;

import static edge.starling.codecs.messages.Addresses.LINES;
import static edge.starling.codecs.messages.Addresses.LOOKUP;
import static edge.starling.codecs.messages.Addresses.REPLICAS;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.GatewayMessage.AskReplicas;
import edge.starling.codecs.messages.GatewayMessage.Install;
import edge.starling.codecs.messages.GatewayMessage.Installed;
import edge.starling.codecs.messages.GatewayMessage.Uninstall;
import edge.starling.codecs.messages.GatewayMessage.Uninstalled;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.codecs.messages.LedgerMessage.AskLines;
import edge.starling.codecs.messages.LedgerMessage.Kind;
import edge.starling.codecs.messages.LedgerMessage.Line;
import edge.starling.codecs.messages.LedgerMessage.Lines;
import edge.starling.codecs.messages.NodeId;
import edge.starling.config.OpenFaasConfig;
import edge.starling.verticles.gateway.Inventory.Differences;
import edge.starling.verticles.gateway.Inventory.Ours;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the gateway run this node's functions, and no longer run them. What concerns one function is
 * done one after the other. Confined to one event loop.
 */
final class InstallationClient {
  private static final Logger LOG = LoggerFactory.getLogger(InstallationClient.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  private final Vertx vertx;
  private final Bus bus;
  private final GatewayClient gateway;
  private final Inventory inventory;
  private final String url;
  private final Duration readyTimeout;
  private final Map<FunctionName, Future<?>> last = new HashMap<>();

  InstallationClient(
      Vertx vertx, Bus bus, GatewayClient gateway, Inventory inventory, OpenFaasConfig config) {
    this.vertx = vertx;
    this.bus = bus;
    this.gateway = gateway;
    this.inventory = inventory;
    this.url = config.gateway();
    this.readyTimeout = config.readyTimeout();
  }

  Future<Installed> install(Install request) {
    Description description = request.description();
    return inTurn(
        description.name(),
        () ->
            install(description, request.image())
                .map(
                    done -> {
                      inventory.installed(description, request.image());
                      return new Installed(null, null);
                    })
                .otherwise(
                    error ->
                        new Installed(
                            GatewayFault.obstacleOf(error), String.valueOf(error.getMessage()))));
  }

  Future<Uninstalled> uninstall(Uninstall request) {
    Description description = request.description();
    FunctionName function = description.name();
    return inTurn(
        function,
        () -> {
          inventory.uninstalled(description);
          return description.form() == Form.ADOPTED
              ? Future.succeededFuture(new Uninstalled())
              : isNeededByOthers(function)
                  .compose(needed -> needed ? Future.succeededFuture() : remove(function))
                  .map(done -> new Uninstalled());
        });
  }

  /** Whether another provider has the same gateway; a provider that does not tell may have it. */
  private Future<Boolean> isNeededByOthers(FunctionName function) {
    return bus.request(LOOKUP, new Lookup(function))
        .compose(
            found -> {
              Entry entry = found.entry();
              List<Future<Boolean>> others =
                  entry == null || entry.deleted()
                      ? List.of()
                      : entry.providers().stream()
                          .filter(node -> !node.equals(bus.self()))
                          .map(node -> hasThisGateway(node, function))
                          .toList();
              return Future.all(others)
                  .map(all -> others.stream().anyMatch(other -> other.result()));
            })
        .otherwise(true);
  }

  private Future<Boolean> hasThisGateway(NodeId node, FunctionName function) {
    return bus.request(REPLICAS, node, new AskReplicas(function))
        .map(replicas -> url.equals(replicas.gateway()))
        .otherwise(true);
  }

  /**
   * Brings back what the gateway has lost, and removes there what could not be before, or what the
   * cluster has deleted while this node was away. What is under way already is left to that.
   */
  void mend(Differences differences) {
    for (Ours lost : differences.gone()) {
      if (isQuiet(lost.description().name())) {
        LOG.warn("the gateway has no {} any more: it is deployed there again", name(lost));
        install(new Install(lost.description(), lost.image()))
            .onSuccess(
                installed -> {
                  if (installed.obstacle() != null) {
                    LOG.warn("{} is not there again: {}", name(lost), installed.problem());
                  }
                });
      }
    }
    differences.leftovers().stream().filter(this::isQuiet).forEach(this::removeUnlessOurs);
    differences.strangers().stream().filter(this::isQuiet).forEach(this::removeIfDeleted);
  }

  private boolean isQuiet(FunctionName function) {
    return !last.containsKey(function);
  }

  private void removeIfDeleted(FunctionName stranger) {
    bus.request(LOOKUP, new Lookup(stranger))
        .onSuccess(
            found -> {
              Entry entry = found.entry();
              if (entry != null && entry.deleted()) {
                removeUnlessOurs(stranger);
              }
            });
  }

  private void removeUnlessOurs(FunctionName function) {
    inTurn(
        function, () -> inventory.isOurs(function) ? Future.succeededFuture() : remove(function));
  }

  private static String name(Ours function) {
    return function.description().name().shortest();
  }

  private Future<Void> install(Description description, String image) {
    return gateway
        .status(description.name())
        .compose(
            there ->
                description.form() == Form.ADOPTED
                    ? present(description, there)
                    : putSecrets(description).compose(known -> deploy(description, image, there)));
  }

  private static Future<Void> present(Description description, Optional<GatewayFunction> there) {
    return there.isPresent()
        ? Future.succeededFuture()
        : Future.failedFuture(
            new GatewayFault(
                Obstacle.UNFIT,
                "this node's OpenFaaS gateway has no function " + description.name().shortest()));
  }

  private Future<Void> deploy(
      Description description, String image, Optional<GatewayFunction> there) {
    if (there.isEmpty()) {
      return gateway
          .deploy(description, image)
          .compose(
              done ->
                  available(description.name(), System.nanoTime())
                      .recover(
                          error ->
                              remove(description.name())
                                  .transform(gone -> Future.failedFuture(error))));
    }
    if (there.get().version() == null) {
      return Future.failedFuture(
          new GatewayFault(
              Obstacle.TAKEN,
              "this node's OpenFaaS gateway has a function "
                  + description.name().shortest()
                  + " that was not deployed by a node: adopt it and change it there, or choose"
                  + " another name"));
    }
    return (description.version().toString().equals(there.get().version())
            ? Future.succeededFuture()
            : gateway.update(description, image))
        .compose(done -> available(description.name(), System.nanoTime()));
  }

  /** Its replicas come up after it is deployed. */
  private Future<Void> available(FunctionName function, long since) {
    return gateway
        .status(function)
        .compose(
            status -> {
              if (status.isPresent() && status.get().availableReplicas() > 0) {
                return Future.succeededFuture();
              }
              if (System.nanoTime() - since > readyTimeout.toNanos()) {
                return Future.failedFuture(
                    new GatewayFault(
                        Obstacle.UNFIT,
                        "the OpenFaaS gateway took "
                            + function.shortest()
                            + ", but none of its replicas could be called within "
                            + readyTimeout.toMillis()
                            + " ms (runtimes.openfaas.ready-timeout)"));
              }
              return vertx
                  .timer(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)
                  .compose(timer -> available(function, since));
            });
  }

  private Future<Void> remove(FunctionName function) {
    return gateway
        .remove(function)
        .onSuccess(done -> LOG.info("{} is removed at the gateway", function.shortest()))
        .onFailure(
            error -> {
              inventory.leftOver(function);
              LOG.warn(
                  "{} stays at the gateway for now: {}", function.shortest(), error.getMessage());
            })
        .transform(done -> Future.succeededFuture());
  }

  /** Those that this cluster knows; the others the gateway may have by itself. */
  private Future<?> putSecrets(Description description) {
    OpenFaas said = description.settings().openFaas();
    if (said == null || said.secrets().isEmpty()) {
      return Future.succeededFuture();
    }
    FunctionName function = description.name();
    return bus.request(LINES, new AskLines(Kind.SECRET))
        .map(Lines::lines)
        .compose(
            lines -> {
              List<Future<?>> puts =
                  lines.stream()
                      .filter(
                          line ->
                              said.secrets().stream()
                                  .anyMatch(name -> isNamed(line, name, function)))
                      .<Future<?>>map(
                          line -> gateway.putSecret(function, plainName(line), line.content()))
                      .toList();
              return Future.all(puts);
            });
  }

  private static boolean isNamed(Line line, String secret, FunctionName reader) {
    return line.name().equals(secret + "." + reader.namespace());
  }

  private static String plainName(Line line) {
    return line.name().substring(0, line.name().lastIndexOf('.'));
  }

  private <T> Future<T> inTurn(FunctionName function, Supplier<Future<T>> work) {
    Future<?> before = last.getOrDefault(function, Future.succeededFuture());
    Future<T> mine = before.transform(done -> work.get());
    last.put(function, mine);
    mine.onComplete(done -> last.remove(function, mine));
    return mine;
  }
}
