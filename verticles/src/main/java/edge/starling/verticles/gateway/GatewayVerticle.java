package edge.starling.verticles.gateway;

import static edge.starling.codecs.messages.Addresses.ADOPT;
import static edge.starling.codecs.messages.Addresses.FOLLOW_LOG;
import static edge.starling.codecs.messages.Addresses.GATEWAY_CHANGED;
import static edge.starling.codecs.messages.Addresses.INSTALL;
import static edge.starling.codecs.messages.Addresses.REPLICAS;
import static edge.starling.codecs.messages.Addresses.SCALE;
import static edge.starling.codecs.messages.Addresses.SUSPECT;
import static edge.starling.codecs.messages.Addresses.UNINSTALL;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.GatewayMessage.AskReplicas;
import edge.starling.codecs.messages.GatewayMessage.GatewayChanged;
import edge.starling.codecs.messages.GatewayMessage.Installed;
import edge.starling.codecs.messages.GatewayMessage.LogFollowed;
import edge.starling.codecs.messages.GatewayMessage.Replicas;
import edge.starling.codecs.messages.GatewayMessage.Scale;
import edge.starling.codecs.messages.GatewayMessage.Scaled;
import edge.starling.codecs.messages.GatewayMessage.Uninstalled;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.codecs.messages.NodeId;
import edge.starling.config.OpenFaasConfig;
import edge.starling.config.ValueOrFile;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the node's OpenFaaS gateway run functions, looks what it has, adopts what came there and
 * drops what went, and tells the node whether it is there at all. State is confined to its event
 * loop.
 */
public final class GatewayVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayVerticle.class);
  private static final String OFF =
      "this node has no OpenFaaS gateway (runtimes.openfaas.gateway names one)";

  private final NodeId self;
  private final OpenFaasConfig config;
  private final MeterRegistry metrics;
  private volatile @Nullable Boolean up;
  private @Nullable String problem;

  public GatewayVerticle(NodeId self, OpenFaasConfig config, MeterRegistry metrics) {
    this.self = self;
    this.config = config;
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    return Bus.open(vertx, self)
        .compose(bus -> (config.isOn() ? serve(bus) : serveWithout(bus)).mapEmpty());
  }

  private Future<?> serve(Bus bus) {
    return vertx
        .executeBlocking(this::authorization)
        .compose(
            authorization -> {
              GatewayHttpClient http =
                  new GatewayHttpClient(
                      vertx, config, authorization.isEmpty() ? null : authorization);
              GatewayClient gateway = new GatewayClient(http, config.readyTimeout());
              return serve(bus, gateway);
            });
  }

  private Future<?> serve(Bus bus, GatewayClient gateway) {
    Inventory inventory = new Inventory(config.adopt() == OpenFaasConfig.Adoption.ALL);
    InstallationClient installation =
        new InstallationClient(vertx, bus, gateway, inventory, config);
    AdoptionClient adoption = new AdoptionClient(bus, gateway, inventory);
    LookoutClient lookout =
        new LookoutClient(
            vertx,
            config.checkInterval(),
            () -> look(bus, gateway, inventory, installation, adoption));
    Gauge.builder("starling.openfaas.up", () -> Boolean.TRUE.equals(up) ? 1 : 0)
        .description("whether the OpenFaaS gateway answers")
        .register(metrics);
    lookout.lookSoon();
    return Future.all(
        bus.serve(INSTALL, installation::install),
        bus.serve(UNINSTALL, installation::uninstall),
        bus.serve(SCALE, scale -> scale(gateway, scale).onSuccess(done -> lookout.lookSoon())),
        bus.serve(REPLICAS, ask -> Future.succeededFuture(replicas(inventory, ask))),
        bus.serve(ADOPT, adoption::adopt),
        bus.serve(FOLLOW_LOG, new LogFollowerClient(vertx, bus, gateway)::follow),
        bus.on(SUSPECT, suspect -> lookout.lookSoon()));
  }

  private static Future<?> serveWithout(Bus bus) {
    return Future.all(
        bus.serve(
            INSTALL, install -> Future.succeededFuture(new Installed(Obstacle.SWITCHED_OFF, OFF))),
        bus.serve(UNINSTALL, uninstall -> Future.succeededFuture(new Uninstalled())),
        bus.serve(SCALE, scale -> Future.succeededFuture(new Scaled(OFF))),
        bus.serve(REPLICAS, ask -> Future.succeededFuture(new Replicas(null, 0, null))),
        bus.serve(FOLLOW_LOG, follow -> Future.succeededFuture(new LogFollowed(OFF))),
        bus.serve(ADOPT, adopt -> Future.succeededFuture(new Rejected(Cause.SWITCHED_OFF, OFF))));
  }

  /**
   * Fails while the gateway does not answer. What the gateway has to do takes its time, and is not
   * waited for.
   */
  private Future<?> look(
      Bus bus,
      GatewayClient gateway,
      Inventory inventory,
      InstallationClient installation,
      AdoptionClient adoption) {
    return gateway
        .list()
        .onSuccess(
            listed -> {
              isUp(bus, true, null);
              problem = null;
              Inventory.Differences differences = inventory.look(listed);
              installation.mend(differences);
              adoption.follow(differences);
            })
        .onFailure(error -> failed(bus, error));
  }

  private void failed(Bus bus, Throwable error) {
    if (!GatewayFault.isOfOneThatAnswers(error)) {
      isUp(bus, false, error);
    } else if (!String.valueOf(error.getMessage()).equals(problem)) {
      problem = String.valueOf(error.getMessage());
      LOG.error("the functions at the gateway are not known: {}", problem);
    }
  }

  private void isUp(Bus bus, boolean now, @Nullable Throwable why) {
    if (up != null && up == now) {
      return;
    }
    up = now;
    if (now) {
      LOG.info("the OpenFaaS gateway at {} answers", config.gateway());
    } else {
      LOG.warn("functions at the gateway are withdrawn: {}", why == null ? "" : why.getMessage());
    }
    bus.tellHere(GATEWAY_CHANGED, new GatewayChanged(now));
  }

  private static Future<Scaled> scale(GatewayClient gateway, Scale scale) {
    return gateway
        .scale(scale.function(), scale.replicas())
        .map(done -> new Scaled(null))
        .otherwise(error -> new Scaled(String.valueOf(error.getMessage())));
  }

  private Replicas replicas(Inventory inventory, AskReplicas ask) {
    GatewayFunction seen = inventory.seen(ask.function());
    return seen == null
        ? new Replicas(null, 0, config.gateway())
        : new Replicas(seen.replicas(), seen.availableReplicas(), config.gateway());
  }

  /** Of HTTP's basic scheme (RFC 7617); empty for a gateway that asks for none. */
  private String authorization() {
    String password =
        ValueOrFile.read(
            "runtimes.openfaas.password-file", config.passwordFile(), config.password());
    String user = ValueOrFile.read("runtimes.openfaas.user-file", config.userFile(), config.user());
    return password.isEmpty()
        ? ""
        : "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }
}
