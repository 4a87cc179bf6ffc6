package edge.starling.verticles.ingress;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the body of a request that is too large for the memory onto the disk. */
final class BodySpooler {
  private static final Logger LOG = LoggerFactory.getLogger(BodySpooler.class);

  private final Vertx vertx;
  private final Path folder;
  private final String setting;
  private final long maxBody;

  /**
   * @param setting that limits the body
   */
  BodySpooler(Vertx vertx, Path folder, String setting, long maxBody) {
    this.vertx = vertx;
    this.folder = folder;
    this.setting = setting;
    this.maxBody = maxBody;
  }

  /**
   * To be called while the request's head is handled; answers by itself what is over the limit.
   *
   * @param whenWhole has to discard what it is given
   */
  void read(Exchange exchange, Consumer<ReceivedFile> whenWhole) {
    String length = exchange.request().headers().get(HttpHeaders.CONTENT_LENGTH);
    if (length != null && RequestReader.length(length) > maxBody) {
      exchange.problem(Problem.bodyTooLarge(setting, maxBody));
    } else if (RequestReader.meetsExpectation(exchange)) {
      new Receiving(exchange, whenWhole).begin();
    }
  }

  /** A body on its way in. */
  private final class Receiving {
    private final Exchange exchange;
    private final HttpServerRequest request;
    private final Consumer<ReceivedFile> whenWhole;
    private final DiskPace pace;
    private final ReceivedFile file;

    Receiving(Exchange exchange, Consumer<ReceivedFile> whenWhole) {
      this.exchange = exchange;
      this.request = exchange.request();
      this.whenWhole = whenWhole;
      this.pace = new DiskPace(request);
      this.file =
          new ReceivedFile(
              vertx, "body", "body", folder.resolve(UUID.randomUUID().toString()).toString());
    }

    void begin() {
      exchange.onHangUp(file::discard);
      request.handler(this::take).endHandler(ended -> finish());
    }

    private void take(Buffer chunk) {
      if (exchange.isOver()) {
        return;
      }
      if (file.length() + chunk.length() > maxBody) {
        giveUp(Problem.bodyTooLarge(setting, maxBody));
        return;
      }
      pace.writing(chunk.length(), file.write(chunk)).onFailure(this::notWritten);
    }

    private void finish() {
      if (!exchange.isOver()) {
        exchange.serves();
        file.close().onComplete(closed -> handOver(), this::notWritten);
      }
    }

    private void handOver() {
      if (!exchange.isOver()) {
        exchange.forgetHangUp();
        exchange.attempt(() -> whenWhole.accept(file));
      }
    }

    private void notWritten(Throwable fault) {
      if (!exchange.isOver()) {
        LOG.error("the body of call {} cannot be written", exchange.id(), fault);
        giveUp(
            Problem.of(
                500,
                "internal",
                "This node failed",
                "the body cannot be written: see the node's log"));
      }
    }

    private void giveUp(Problem problem) {
      file.discard();
      exchange.forgetHangUp();
      exchange.problem(problem);
      request.resume();
    }
  }
}
