package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.DEPLOY;
import static edge.starling.codecs.messages.Addresses.UNDEPLOY;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.DeploymentMessage.Deploy;
import edge.starling.codecs.messages.DeploymentMessage.DeployAnswer;
import edge.starling.codecs.messages.DeploymentMessage.Deployed;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.DeploymentMessage.Undeploy;
import edge.starling.codecs.messages.DeploymentMessage.Undeployed;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.verticles.ingress.DeploymentForm.Field;
import edge.starling.verticles.ingress.DeploymentForm.FilePart;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.FileUpload;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Takes functions in, and lets go of them. The files of a form are on disk when it is called. */
final class DeploymentHandler {
  private final FunctionNames names = new FunctionNames();
  private final Bus bus;
  private final long maxArtefact;

  DeploymentHandler(Bus bus, long maxArtefact) {
    this.bus = bus;
    this.maxArtefact = maxArtefact;
  }

  /** Looks at the head of a request, before its files are taken in. */
  static void checkForm(HttpServerRequest request, boolean mayBeEmpty) {
    String type = request.headers().get(HttpHeaders.CONTENT_TYPE);
    if (type == null && mayBeEmpty) {
      return;
    }
    String lower = type == null ? "" : type.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("multipart/form-data") || !lower.contains("boundary=")) {
      throw Unacceptable.malformed(
          "the request must be multipart/form-data, with the file \"handler\" in it");
    }
  }

  /** {@code POST /functions/deployments}. */
  void create(Exchange exchange, RoutingContext context, boolean legacy) {
    deploy(exchange, context, Mode.CREATE, legacy);
  }

  /** {@code PUT /functions/deployments/{name}}. */
  void put(Exchange exchange, RoutingContext context, boolean legacy) {
    deploy(exchange, context, Mode.PUT, legacy);
  }

  /** {@code DELETE /functions/deployments/{name}}. */
  void remove(Exchange exchange, RoutingContext context) {
    String everywhere = exchange.request().getParam("everywhere", "false");
    if (!everywhere.equals("true") && !everywhere.equals("false")) {
      throw Unacceptable.malformed("everywhere must be true or false, not \"" + everywhere + "\"");
    }
    FunctionName function = names.read(context.pathParam("name"));
    bus.request(UNDEPLOY, new Undeploy(function, everywhere.equals("true")))
        .onComplete(answer -> removed(exchange, answer), fault -> exchange.fail(fault));
  }

  private static void removed(Exchange exchange, Undeployed answer) {
    Rejected rejected = answer.rejected();
    if (rejected == null) {
      exchange.empty(204);
    } else {
      exchange.problem(Problem.of(rejected));
    }
  }

  private void deploy(Exchange exchange, RoutingContext context, Mode mode, boolean legacy) {
    try {
      FunctionName named = mode == Mode.PUT ? name(context) : null;
      Deploy deploy =
          new DeploymentForm(fields(context), files(context)).read(mode, named, maxArtefact);
      // The client may be gone long before the deployment ends: the files go when that ends.
      bus.request(DEPLOY, deploy)
          .onComplete(done -> context.cancelAndCleanupFileUploads())
          .onComplete(
              answer -> exchange.attempt(() -> answered(exchange, answer, legacy)),
              fault -> exchange.fail(fault));
    } catch (Unacceptable e) {
      context.cancelAndCleanupFileUploads();
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

  private static List<Field> fields(RoutingContext context) {
    return context.request().formAttributes().entries().stream()
        .map(field -> new Field(field.getKey(), field.getValue()))
        .toList();
  }

  private static List<FilePart> files(RoutingContext context) {
    return context.fileUploads().stream().map(DeploymentHandler::file).toList();
  }

  private static FilePart file(FileUpload upload) {
    return new FilePart(upload.name(), upload.fileName(), upload.uploadedFileName(), upload.size());
  }
}
