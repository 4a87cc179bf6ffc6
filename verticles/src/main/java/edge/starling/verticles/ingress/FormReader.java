package edge.starling.verticles.ingress;

import edge.starling.verticles.ingress.DeploymentForm.Field;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the form of a deployment: files go to disk as they come, fields stay in memory, both within
 * their limits. Whatever ends a request before its whole form is there, no file stays.
 */
final class FormReader {
  private static final Logger LOG = LoggerFactory.getLogger(FormReader.class);
  private static final int MAX_FILES = 2;

  private final Vertx vertx;
  private final Path folder;
  private final long maxArtefact;

  /**
   * @param folder for the files
   * @param maxArtefact the most bytes of a file
   */
  FormReader(Vertx vertx, Path folder, long maxArtefact) {
    this.vertx = vertx;
    this.folder = folder;
    this.maxArtefact = maxArtefact;
  }

  /**
   * To be called while the request's head is handled; answers by itself what is wrong.
   *
   * @param mayBeMissing whether a request without a body counts as an empty form
   * @param whenWhole has to discard what it is given
   * @throws Unacceptable for what the head tells already
   */
  void read(Exchange exchange, boolean mayBeMissing, Consumer<ReceivedForm> whenWhole) {
    HttpServerRequest request = exchange.request();
    if (mayBeMissing && isWithoutBody(request)) {
      exchange.serves();
      whenWhole.accept(new ReceivedForm(List.of(), List.of()));
      return;
    }
    Receiving receiving = new Receiving(exchange, whenWhole);
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    if (length != null && RequestReader.length(length) > mostBytes()) {
      throw tooLarge();
    }
    if (RequestReader.meetsExpectation(exchange)) {
      receiving.begin();
    }
  }

  private static boolean isWithoutBody(HttpServerRequest request) {
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    return !request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        && (length == null || RequestReader.length(length) == 0);
  }

  private long mostBytes() {
    return MAX_FILES * maxArtefact + FormDecoder.MAX_FIELDS;
  }

  private Unacceptable tooLarge() {
    return new Unacceptable(
        Problem.bodyTooLarge(
            "deployment.max-artefact twice, and a little for the form", mostBytes()));
  }

  /** A form on its way in. */
  private final class Receiving implements FormDecoder.Parts {
    private final Exchange exchange;
    private final HttpServerRequest request;
    private final Consumer<ReceivedForm> whenWhole;
    private final FormDecoder decoder;
    private final ReceivedForm form = new ReceivedForm(new ArrayList<>(), new ArrayList<>());
    private long bytes;
    private final DiskPace pace;

    Receiving(Exchange exchange, Consumer<ReceivedForm> whenWhole) {
      this.exchange = exchange;
      this.request = exchange.request();
      this.whenWhole = whenWhole;
      this.pace = new DiskPace(request);
      String contentType = request.headers().get(HttpHeaders.CONTENT_TYPE);
      this.decoder = new FormDecoder(contentType == null ? "" : contentType, this);
    }

    void begin() {
      exchange.onHangUp(form::discard);
      request.handler(chunk -> step(() -> take(chunk))).endHandler(ended -> step(this::finish));
    }

    /** What a step throws is the answer, and then nothing stays. */
    private void step(Runnable step) {
      if (exchange.isOver()) {
        return;
      }
      try {
        step.run();
      } catch (Unacceptable e) {
        form.discard();
        exchange.forgetHangUp();
        exchange.problem(e.problem());
        request.resume();
      }
    }

    private void take(Buffer chunk) {
      bytes += chunk.length();
      if (bytes > mostBytes()) {
        throw tooLarge();
      }
      decoder.feed(chunk.getBytes());
    }

    @Override
    public void field(Field field) {
      DeploymentForm.checkName(field.name());
      form.fields().add(field);
    }

    @Override
    public Consumer<byte[]> file(String name, String fileName) {
      DeploymentForm.checkName(name);
      if (form.files().size() == MAX_FILES) {
        throw Unacceptable.malformed(
            "a form may have two files, one \"handler\" and one \"requirements\"");
      }
      ReceivedFile opened =
          new ReceivedFile(
              vertx, name, fileName, folder.resolve(UUID.randomUUID().toString()).toString());
      form.files().add(opened);
      return content -> write(opened, Buffer.buffer(content));
    }

    private void write(ReceivedFile open, Buffer piece) {
      if (open.length() + piece.length() > maxArtefact) {
        throw new Unacceptable(Problem.bodyTooLarge("deployment.max-artefact", maxArtefact));
      }
      pace.writing(piece.length(), open.write(piece)).onFailure(this::notWritten);
    }

    private void notWritten(Throwable fault) {
      if (!exchange.isOver()) {
        LOG.error("the files of call {} cannot be written", exchange.id(), fault);
        step(
            () -> {
              throw new Unacceptable(
                  Problem.of(
                      500,
                      "internal",
                      "This node failed",
                      "the files cannot be written: see the node's log"));
            });
      }
    }

    private void finish() {
      decoder.finish();
      form.written().onComplete(written -> step(this::handOver), this::notWritten);
    }

    private void handOver() {
      exchange.forgetHangUp();
      exchange.serves();
      exchange.attempt(() -> whenWhole.accept(form));
    }
  }
}
