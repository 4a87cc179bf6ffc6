package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.CANCEL;
import static edge.starling.codecs.messages.Addresses.ROUTE;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.RoutingMessage.Cancel;
import edge.starling.codecs.messages.RoutingMessage.Route;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands calls to the router of this node, and its outcomes to the clients. */
final class Calls {
  /** The router ends every call in its time; this is for a router that does not. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Bus bus;
  private final AnswerWriter answers;

  Calls(Bus bus, AnswerWriter answers) {
    this.bus = bus;
    this.answers = answers;
  }

  /**
   * The time that the caller gives, from the request's first line on; null where it names none.
   *
   * @throws Unacceptable 400
   */
  static @Nullable Duration timeout(HttpServerRequest request) {
    String text = request.headers().get("X-Timeout");
    return text == null ? null : CallTime.timeout(text);
  }

  /**
   * @param timeout null for the function's own
   */
  void call(Exchange exchange, FunctionName function, Request request, @Nullable Duration timeout) {
    Duration remaining = timeout == null ? null : timeout.minus(exchange.elapsed());
    if (remaining != null && (remaining.isNegative() || remaining.isZero())) {
      exchange.problem(Problem.deadline("the time was up before the request had come"));
      return;
    }
    exchange.onHangUp(() -> bus.tell(CANCEL, bus.self(), new Cancel(exchange.id())));
    Duration patience = (remaining == null ? CallTime.LONGEST : remaining).plus(GRACE);
    bus.request(
            ROUTE,
            bus.self(),
            new Route(exchange.id(), function, request, remaining, List.of()),
            patience)
        .onComplete(
            outcome -> exchange.attempt(() -> answer(exchange, outcome)),
            fault -> exchange.fail(fault));
  }

  private void answer(Exchange exchange, Outcome outcome) {
    exchange.forgetHangUp();
    if (outcome instanceof Completed completed) {
      answers.write(exchange, completed);
    } else if (outcome instanceof Refused refused) {
      exchange.problem(Problem.of(refused));
    } else if (outcome instanceof Failed failed) {
      exchange.problem(Problem.of(failed), failed.by(), failed.hops(), failed.inFunction());
    }
  }
}
