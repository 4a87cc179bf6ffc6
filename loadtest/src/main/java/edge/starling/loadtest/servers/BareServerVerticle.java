package edge.starling.loadtest.servers;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.streams.ReadStream;
import java.util.concurrent.TimeUnit;

/**
 * The reference: a Vert.x HTTP server that does what a node does to a call's bytes, and nothing
 * else; with no header of its own. What a node adds to this is what a call costs.
 */
public final class BareServerVerticle extends VerticleBase {
  private static final int MOST_UPSTREAM = 64;

  private final int port;
  private final BareServer.Kind kind;
  private final int upstreamPort;

  BareServerVerticle(int port, BareServer.Kind kind, int upstreamPort) {
    this.port = port;
    this.kind = kind;
    this.upstreamPort = upstreamPort;
  }

  /**
   * Serves on loopback with an event loop for each processor, until the process ends.
   *
   * @param upstreamPort where a proxy sends its requests; 0 for others
   */
  public static void serve(int port, BareServer.Kind kind, int upstreamPort) throws Exception {
    var options = new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
    Vertx.vertx()
        .deployVerticle(() -> new BareServerVerticle(port, kind, upstreamPort), options)
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  @Override
  public Future<?> start() {
    HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(MOST_UPSTREAM));
    return vertx
        .createHttpServer()
        .requestHandler(
            request -> {
              switch (kind) {
                case SINK -> request.endHandler(read -> request.response().end());
                case ECHO -> answer(request.response(), length(request), request);
                case PROXY -> forward(client, request);
              }
            })
        .listen(port, "127.0.0.1");
  }

  private void forward(HttpClient client, HttpServerRequest request) {
    request.pause();
    client
        .request(
            new RequestOptions()
                .setMethod(request.method())
                .setHost("127.0.0.1")
                .setPort(upstreamPort)
                .setURI(request.uri())
                .putHeader(HttpHeaders.CONTENT_LENGTH, length(request)))
        .compose(sent -> sent.send(request))
        .onSuccess(
            answer ->
                answer(
                    request.response(),
                    String.valueOf(answer.getHeader(HttpHeaders.CONTENT_LENGTH)),
                    answer))
        .onFailure(broken -> request.connection().close());
  }

  private static String length(HttpServerRequest request) {
    return String.valueOf(request.getHeader(HttpHeaders.CONTENT_LENGTH));
  }

  private static void answer(HttpServerResponse response, String length, ReadStream<Buffer> body) {
    response.putHeader(HttpHeaders.CONTENT_LENGTH, length);
    body.pipeTo(response).onFailure(broken -> response.reset());
  }
}
