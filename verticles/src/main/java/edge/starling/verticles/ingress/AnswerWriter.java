package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.RELEASE_BODY;

import edge.starling.codecs.bus.BodyReader;
import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.BodiesMessage.Release;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Response;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes what a function answered as it is, whether its body came along or stays elsewhere. */
final class AnswerWriter {
  /** As long as its client takes it at all; who does not is cut off by http.idle-timeout. */
  private static final Duration PATIENCE = Duration.ofDays(1);

  private static final int MAX_FIELDS = 128;
  private static final int MAX_FIELD_BYTES = 16 * 1024;

  private final Bus bus;
  private final long maxBody;

  AnswerWriter(Bus bus, long maxBody) {
    this.bus = bus;
    this.maxBody = maxBody;
  }

  void write(Exchange exchange, Completed completed) {
    Response answer = completed.response();
    BodyHandle handle = answer.body().handle();
    String fault = exchange.isOver() ? null : fault(answer);
    if (exchange.isOver()) {
      release(handle);
    } else if (fault != null) {
      release(handle);
      exchange.problem(
          Problem.badAnswer(fault), completed.servedBy(), completed.hops(), completed.inFunction());
    } else if (exchange.isHead() || hasNoBody(answer.status())) {
      release(handle);
      head(exchange, completed);
      exchange.end(Buffer.buffer());
    } else if (handle != null) {
      writeHeld(exchange, completed, handle);
    } else {
      writeInline(exchange, completed, Objects.requireNonNull(answer.body().bytes()));
    }
  }

  /** Frees the body of an answer that nobody waits for. */
  void release(@Nullable BodyHandle handle) {
    if (handle != null) {
      bus.tell(RELEASE_BODY, handle.owner(), new Release(handle.key()));
    }
  }

  /** What makes it an answer that HTTP cannot carry; null when nothing does. */
  private @Nullable String fault(Response answer) {
    if (answer.status() < 200 || answer.status() > 599) {
      return "the function answered with the status " + answer.status();
    }
    if (answer.body().length() > maxBody) {
      return "the function's answer has more than " + maxBody + " bytes (http.max-body)";
    }
    List<String> fields = answer.headers().namesAndValues();
    if (fields.size() > 2 * MAX_FIELDS) {
      return "the function answered with %d header fields; allowed are %d"
          .formatted(fields.size() / 2, MAX_FIELDS);
    }
    long bytes = 0;
    for (int i = 0; i < fields.size(); i += 2) {
      bytes += fields.get(i).length() + fields.get(i + 1).length() + HeaderRules.AROUND_FIELD;
      if (!HeaderRules.isName(fields.get(i)) || !HeaderRules.isValue(fields.get(i + 1))) {
        return "the function answered with a malformed header field";
      }
    }
    if (bytes > MAX_FIELD_BYTES) {
      return "the function answered with header fields of %d bytes; allowed are %d"
          .formatted(bytes, MAX_FIELD_BYTES);
    }
    return null;
  }

  private static boolean hasNoBody(int status) {
    return status == 204 || status == 304;
  }

  private void writeInline(Exchange exchange, Completed completed, Bytes bytes) {
    exchange.hold(bytes.length());
    head(exchange, completed);
    if (bytes.length() <= Body.INLINE_LIMIT) {
      exchange.end(Buffer.buffer(bytes.array()));
    } else {
      new BodyPump(exchange, bytes.length()).sendAll(bytes);
    }
  }

  private void writeHeld(Exchange exchange, Completed completed, BodyHandle handle) {
    exchange.onHangUp(() -> release(handle));
    exchange.hold(Math.min(handle.length(), BodyReader.READ_AHEAD_BYTES));
    BodyPump pump = new BodyPump(exchange, handle.length());
    BodyReader.read(bus, handle, 0, PATIENCE, piece -> writePiece(exchange, completed, pump, piece))
        .onComplete(
            read -> {
              if (!exchange.isOver()) {
                lose(exchange, completed, handle);
              } else if (read.succeeded()) {
                release(handle);
              }
            });
  }

  private static Future<Void> writePiece(
      Exchange exchange, Completed completed, BodyPump pump, Bytes piece) {
    // not before the first piece is here: until then the answer can still be a problem
    if (!exchange.isOver() && !exchange.response().headWritten()) {
      head(exchange, completed);
    }
    return pump.send(Buffer.buffer(piece.array()));
  }

  private void lose(Exchange exchange, Completed completed, BodyHandle handle) {
    exchange.forgetHangUp();
    release(handle);
    exchange.problem(
        Problem.bodyLost(), completed.servedBy(), completed.hops(), completed.inFunction());
  }

  private static void head(Exchange exchange, Completed completed) {
    Response answer = completed.response();
    exchange.head(answer.status(), completed.servedBy(), completed.hops(), completed.inFunction());
    MultiMap fields = exchange.response().headers();
    copy(answer.headers(), fields);
    if (!hasNoBody(answer.status())) {
      fields.set(HttpHeaders.CONTENT_LENGTH, contentLength(exchange, answer));
    }
  }

  private static void copy(Headers from, MultiMap to) {
    List<String> namesAndValues = from.namesAndValues();
    HopByHop hop = HopByHop.of(HeaderRules.values(namesAndValues, "Connection"));
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      String name = namesAndValues.get(i);
      if (!hop.drops(name) && !HeaderRules.isAnswerField(name)) {
        to.add(name, namesAndValues.get(i + 1));
      }
    }
  }

  /** A function that answers HEAD without a body may still tell the length that GET would have. */
  private static String contentLength(Exchange exchange, Response answer) {
    String length = Long.toString(answer.body().length());
    if (!exchange.isHead() || answer.body().length() > 0) {
      return length;
    }
    return answer
        .headers()
        .first("Content-Length")
        .filter(text -> text.matches("\\d{1,18}"))
        .orElse(length);
  }
}
