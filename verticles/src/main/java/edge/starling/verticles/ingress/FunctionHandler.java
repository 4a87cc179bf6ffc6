package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Request;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * {@code /function/{name}[/path]}: a call as it comes. Every call of the busiest route passes here,
 * before and without the router of the other routes.
 */
final class FunctionHandler {
  static final String PREFIX = "/function/";

  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

  private final FunctionNames names = new FunctionNames();
  private final RequestReader bodies;
  private final Calls calls;

  FunctionHandler(RequestReader bodies, Calls calls) {
    this.bodies = bodies;
    this.calls = calls;
  }

  void handle(Exchange exchange) {
    exchange.attempt(() -> begin(exchange));
  }

  private void begin(Exchange exchange) {
    HttpServerRequest request = exchange.request();
    HttpMethod method = request.method();
    if (HttpMethod.CONNECT.equals(method) || HttpMethod.TRACE.equals(method)) {
      exchange.response().putHeader(HttpHeaders.ALLOW, METHODS);
      exchange.problem(Problem.methodNotAllowed(METHODS));
      return;
    }
    String path = request.path();
    int slash = path.indexOf('/', PREFIX.length());
    FunctionName function =
        names.read(
            slash < 0 ? path.substring(PREFIX.length()) : path.substring(PREFIX.length(), slash));
    String rest = slash < 0 ? "/" : FunctionPath.ofUrl(path.substring(slash));
    Duration timeout = Calls.timeout(request);
    bodies.read(
        exchange,
        bytes -> {
          Headers headers = RequestHeaders.passedOn(exchange, bytes.length());
          calls.call(
              exchange,
              function,
              new Request(method.name(), rest, request.query(), headers, Body.of(bytes)),
              timeout);
        });
  }
}
