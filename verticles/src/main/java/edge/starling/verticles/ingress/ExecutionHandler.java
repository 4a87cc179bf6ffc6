package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.Request;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code POST /functions/{name}/executions}: a call that is described as JSON. */
final class ExecutionHandler {
  private final FunctionNames names = new FunctionNames();
  private final RequestReader bodies;
  private final Calls calls;

  ExecutionHandler(RequestReader bodies, Calls calls) {
    this.bodies = bodies;
    this.calls = calls;
  }

  void handle(Exchange exchange, String name) {
    FunctionName function = names.read(name);
    Duration timeout = Calls.timeout(exchange.request());
    bodies.read(exchange, document -> call(exchange, function, document, timeout));
  }

  private void call(
      Exchange exchange, FunctionName function, Bytes document, @Nullable Duration timeout) {
    ExecutionDocument call = ExecutionDocument.parse(document.array());
    Request request =
        new Request(
            call.method(),
            call.path(),
            call.query(),
            RequestHeaders.chosen(exchange, call.headers()),
            Body.of(call.body()));
    calls.call(exchange, function, request, timeout);
  }
}
