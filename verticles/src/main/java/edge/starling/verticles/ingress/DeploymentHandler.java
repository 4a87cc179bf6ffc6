package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.ADOPT;
import static edge.starling.codecs.messages.Addresses.DEPLOY;
import static edge.starling.codecs.messages.Addresses.DEPLOY_IMAGE;
import static edge.starling.codecs.messages.Addresses.UNDEPLOY;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.DeploymentMessage.DeployAnswer;
import edge.starling.codecs.messages.DeploymentMessage.DeployImage;
import edge.starling.codecs.messages.DeploymentMessage.Deployed;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.DeploymentMessage.Undeploy;
import edge.starling.codecs.messages.DeploymentMessage.Undeployed;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.GatewayMessage.Adopt;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Takes functions in, and lets go of them. */
final class DeploymentHandler {
  private final FunctionNames names = new FunctionNames();
  private final Bus bus;
  private final FormReader forms;
  private final long maxArtefact;

  DeploymentHandler(Bus bus, FormReader forms, long maxArtefact) {
    this.bus = bus;
    this.forms = forms;
    this.maxArtefact = maxArtefact;
  }

  /** {@code POST /functions/deployments}. */
  void create(Exchange exchange, boolean legacy) {
    forms.read(exchange, false, received -> deploy(exchange, Mode.CREATE, null, received, legacy));
  }

  /** {@code PUT /functions/deployments/{name}}. */
  void put(Exchange exchange, RoutingContext context, boolean legacy) {
    FunctionName named = name(context);
    forms.read(exchange, true, received -> deploy(exchange, Mode.PUT, named, received, legacy));
  }

  /** {@code DELETE /functions/deployments/{name}}. */
  void remove(Exchange exchange, RoutingContext context) {
    boolean everywhere = Everywhere.isAskedFor(exchange.request());
    FunctionName function = names.read(context.pathParam("name"));
    bus.request(UNDEPLOY, new Undeploy(function, everywhere))
        .onComplete(answer -> removed(exchange, answer), fault -> exchange.fail(fault));
  }

  /** {@code POST /functions/deployments/{name}/adopt}. */
  void adopt(Exchange exchange, RoutingContext context) {
    bus.request(ADOPT, new Adopt(name(context)))
        .onComplete(
            answer -> exchange.attempt(() -> answered(exchange, answer, false)),
            fault -> exchange.fail(fault));
  }

  private static void removed(Exchange exchange, Undeployed answer) {
    Rejected rejected = answer.rejected();
    if (rejected == null) {
      exchange.empty(204);
    } else {
      exchange.problem(Problem.of(rejected));
    }
  }

  private void deploy(
      Exchange exchange,
      Mode mode,
      @Nullable FunctionName named,
      ReceivedForm received,
      boolean legacy) {
    try {
      DeploymentForm form = received.content();
      DeployImage image = form.readImage(mode, named);
      // The client may be gone long before the deployment ends: the files go when that ends.
      (image == null
              ? bus.request(DEPLOY, form.read(mode, named, maxArtefact))
              : bus.request(DEPLOY_IMAGE, image))
          .onComplete(done -> received.discard())
          .onComplete(
              answer -> exchange.attempt(() -> answered(exchange, answer, legacy)),
              fault -> exchange.fail(fault));
    } catch (Unacceptable e) {
      received.discard();
      throw e;
    }
  }

  private static void answered(Exchange exchange, DeployAnswer answer, boolean legacy) {
    if (answer instanceof Deployed deployed) {
      deployed(exchange, deployed, legacy);
    } else if (answer instanceof Rejected rejected) {
      exchange.problem(Problem.of(rejected));
    }
  }

  private static void deployed(Exchange exchange, Deployed deployed, boolean legacy) {
    String name = deployed.description().name().shortest();
    if (exchange.isOver()) {
      return;
    }
    if (legacy) {
      exchange.text(200, "text/plain; charset=utf-8", name.getBytes(StandardCharsets.UTF_8));
      return;
    }
    exchange.response().putHeader(HttpHeaders.LOCATION, "/functions/" + name);
    exchange.json(deployed.created() ? 201 : 200, DeploymentView.of(deployed));
  }

  private static FunctionName name(RoutingContext context) {
    try {
      return FunctionName.parse(context.pathParam("name"));
    } catch (IllegalArgumentException e) {
      throw Unacceptable.malformed("name: " + e.getMessage());
    }
  }
}
