package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.ABANDON_MANYCALL;
import static edge.starling.codecs.messages.Addresses.START_MANYCALL;
import static edge.starling.codecs.messages.Addresses.TAKE_FROM_MANYCALL;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.ManycallMessage.Abandon;
import edge.starling.codecs.messages.ManycallMessage.Form;
import edge.starling.codecs.messages.ManycallMessage.NotStarted;
import edge.starling.codecs.messages.ManycallMessage.Start;
import edge.starling.codecs.messages.ManycallMessage.StartAnswer;
import edge.starling.codecs.messages.ManycallMessage.Take;
import edge.starling.codecs.messages.ManycallMessage.Taken;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /functions/{name}/executions/manycall}: many calls in one request. */
final class ManycallHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ManycallHandler.class);

  private final FunctionNames names = new FunctionNames();
  private final Bus bus;
  private final BodySpooler spooler;

  ManycallHandler(Bus bus, BodySpooler spooler) {
    this.bus = bus;
    this.spooler = spooler;
  }

  void handle(Exchange exchange, String name, boolean legacy) {
    FunctionName function = names.read(name);
    Form form = form(exchange.request(), legacy);
    Duration timeout = Calls.timeout(exchange.request());
    spooler.read(exchange, document -> start(exchange, function, form, timeout, document));
  }

  private static Form form(HttpServerRequest request, boolean legacy) {
    String accept = request.headers().get(HttpHeaders.ACCEPT);
    String wanted = accept == null ? "" : accept.toLowerCase(Locale.ROOT);
    if (wanted.contains("application/x-ndjson")) {
      return Form.LINES;
    }
    if (wanted.contains("text/event-stream")) {
      return Form.EVENTS;
    }
    return legacy ? Form.RESULTS : Form.RESPONSES;
  }

  private void start(
      Exchange exchange,
      FunctionName function,
      Form form,
      @Nullable Duration timeout,
      ReceivedFile document) {
    Duration remaining = timeout == null ? null : timeout.minus(exchange.elapsed());
    if (remaining != null && (remaining.isNegative() || remaining.isZero())) {
      document.discard();
      exchange.problem(Problem.deadline("the time was up before the request had come"));
      return;
    }
    exchange.onHangUp(
        () -> {
          bus.tell(ABANDON_MANYCALL, bus.self(), new Abandon(exchange.id()));
          document.discard();
        });
    bus.request(
            START_MANYCALL, new Start(exchange.id(), function, document.path(), form, remaining))
        .onComplete(
            answer -> started(exchange, form, document, answer),
            fault -> {
              // it may yet begin, and nobody would take what it answers
              bus.tell(ABANDON_MANYCALL, bus.self(), new Abandon(exchange.id()));
              document.discard();
              exchange.fail(fault);
            });
  }

  private void started(Exchange exchange, Form form, ReceivedFile document, StartAnswer answer) {
    if (exchange.isOver()) {
      return;
    }
    if (answer instanceof NotStarted not) {
      exchange.forgetHangUp();
      document.discard();
      exchange.problem(problem(not));
      return;
    }
    exchange.head(200);
    exchange.response().setChunked(true).headers().set(HttpHeaders.CONTENT_TYPE, type(form));
    pump(exchange, document);
  }

  /** Each part when the client has taken the ones before. */
  private void pump(Exchange exchange, ReceivedFile document) {
    bus.request(TAKE_FROM_MANYCALL, new Take(exchange.id()))
        .onComplete(
            part -> write(exchange, document, part),
            fault -> {
              LOG.warn("the answer of manycall {} is broken off", exchange.id(), fault);
              exchange.breakOff();
            });
  }

  private void write(Exchange exchange, ReceivedFile document, Taken part) {
    if (exchange.isOver()) {
      return;
    }
    Buffer bytes = Buffer.buffer(part.bytes().array());
    if (part.last()) {
      exchange.forgetHangUp();
      document.discard();
      exchange.end(bytes);
      return;
    }
    HttpServerResponse response = exchange.response();
    response.write(bytes);
    if (response.writeQueueFull()) {
      response.drainHandler(
          room -> {
            response.drainHandler(null);
            pump(exchange, document);
          });
    } else {
      pump(exchange, document);
    }
  }

  private static String type(Form form) {
    return switch (form) {
      case RESPONSES, RESULTS -> "application/json";
      case LINES -> "application/x-ndjson";
      case EVENTS -> "text/event-stream";
    };
  }

  private static Problem problem(NotStarted not) {
    return switch (not.cause()) {
      case MALFORMED -> Problem.malformed(not.detail());
      case TOO_LARGE ->
          Problem.of(413, "body-too-large", "The body is over the limit", not.detail());
      case UNKNOWN_FUNCTION -> Problem.unknownFunction(not.detail());
      case BUSY ->
          Problem.unavailable("manycalls", "No room for a manycall", not.detail(), Problem.SOON);
      case INDEX_SILENT ->
          Problem.unavailable(
              "index-silent", "The index gave no answer", not.detail(), Problem.SOON);
    };
  }
}
