package edge.starling.loadtest.servers;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;

/**
 * The reference: a Vert.x HTTP server that reads each request to its end and answers 200 with an
 * empty body, as the no-op function does, but with no header of its own. What a node adds to this
 * is what a call costs.
 */
public final class BareServerVerticle extends VerticleBase {
  private final int port;

  BareServerVerticle(int port) {
    this.port = port;
  }

  /** Serves on loopback with an event loop for each processor, until the process ends. */
  public static void serve(int port) throws Exception {
    var options = new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
    Vertx.vertx()
        .deployVerticle(() -> new BareServerVerticle(port), options)
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  @Override
  public Future<?> start() {
    return vertx
        .createHttpServer()
        .requestHandler(BareServerVerticle::answer)
        .listen(port, "127.0.0.1");
  }

  private static void answer(HttpServerRequest request) {
    request.endHandler(read -> request.response().end());
  }
}
