package edge.starling.verticles.ingress;

import edge.starling.verticles.ingress.DeploymentForm.Field;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the form of a deployment: files go to disk as they come, fields stay in memory, both within
 * their limits. Whatever ends a request before its whole form is there, no file stays.
 */
final class FormReader {
  /** The most bytes of all fields that are no files. */
  static final int MAX_FIELDS = 256 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(FormReader.class);
  private static final int MAX_PARTS = 1_024;
  private static final int MAX_FILES = 2;
  private static final int LONGEST_BOUNDARY = 70;

  /** The client waits while so much has come that is not on disk yet. */
  private static final int MOST_UNWRITTEN = 256 * 1024;

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
    String boundary = boundary(request.headers().get(HttpHeaders.CONTENT_TYPE));
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    if (length != null && RequestReader.length(length) > mostBytes()) {
      throw tooLarge();
    }
    if (RequestReader.meetsExpectation(exchange)) {
      new Receiving(exchange, boundary, whenWhole).begin();
    }
  }

  private static boolean isWithoutBody(HttpServerRequest request) {
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    return !request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        && (length == null || RequestReader.length(length) == 0);
  }

  private static String boundary(@Nullable String contentType) {
    FieldValue type = FieldValue.parse(contentType == null ? "" : contentType);
    String boundary = type.parameters().get("boundary");
    if (!type.text().equals("multipart/form-data") || boundary == null) {
      throw Unacceptable.malformed(
          "the request must be multipart/form-data with a boundary, and the file \"handler\" in"
              + " it");
    }
    if (boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY) {
      throw Unacceptable.malformed(
          "the boundary in Content-Type must have 1 to " + LONGEST_BOUNDARY + " characters");
    }
    return boundary;
  }

  private long mostBytes() {
    return MAX_FILES * maxArtefact + MAX_FIELDS;
  }

  private Unacceptable tooLarge() {
    return new Unacceptable(
        Problem.bodyTooLarge(
            "deployment.max-artefact twice, and a little for the form", mostBytes()));
  }

  /** A form on its way in. */
  private final class Receiving implements MultipartParser.Parts {
    private final Exchange exchange;
    private final HttpServerRequest request;
    private final Consumer<ReceivedForm> whenWhole;
    private final MultipartParser parser;
    private final ReceivedForm form = new ReceivedForm(new ArrayList<>(), new ArrayList<>());
    private final ByteArrayOutputStream field = new ByteArrayOutputStream();
    private @Nullable PartHead head;
    private @Nullable ReceivedFile file;
    private int parts;
    private long bytes;
    private long fieldBytes;
    private int unwritten;

    Receiving(Exchange exchange, String boundary, Consumer<ReceivedForm> whenWhole) {
      this.exchange = exchange;
      this.request = exchange.request();
      this.whenWhole = whenWhole;
      this.parser = new MultipartParser(boundary, this);
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
      parser.feed(chunk.getBytes());
    }

    @Override
    public void begin(PartHead part) {
      DeploymentForm.checkName(part.name());
      parts++;
      if (parts > MAX_PARTS) {
        throw Unacceptable.malformed("a form may have " + MAX_PARTS + " parts");
      }
      head = part;
      field.reset();
      file = part.fileName() == null ? null : open(part.name(), part.fileName());
    }

    private ReceivedFile open(String name, String fileName) {
      if (form.files().size() == MAX_FILES) {
        throw Unacceptable.malformed(
            "a form may have two files, one \"handler\" and one \"requirements\"");
      }
      ReceivedFile opened =
          new ReceivedFile(
              vertx, name, fileName, folder.resolve(UUID.randomUUID().toString()).toString());
      form.files().add(opened);
      return opened;
    }

    @Override
    public void content(byte[] bytes, int from, int count) {
      ReceivedFile open = file;
      if (open != null) {
        write(open, Buffer.buffer(count).appendBytes(bytes, from, count));
        return;
      }
      fieldBytes += count;
      if (fieldBytes > MAX_FIELDS) {
        throw Unacceptable.malformed(
            "with \"%s\" the fields that are no files have more than the %d bytes allowed for all"
                    .formatted(name(), MAX_FIELDS)
                + " of them");
      }
      field.write(bytes, from, count);
    }

    private void write(ReceivedFile open, Buffer piece) {
      if (open.length() + piece.length() > maxArtefact) {
        throw new Unacceptable(Problem.bodyTooLarge("deployment.max-artefact", maxArtefact));
      }
      unwritten += piece.length();
      if (unwritten > MOST_UNWRITTEN) {
        request.pause();
      }
      open.write(piece)
          .onComplete(
              written -> {
                unwritten -= piece.length();
                if (unwritten <= MOST_UNWRITTEN / 2) {
                  request.resume();
                }
              },
              this::notWritten);
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

    @Override
    public void end() {
      if (file == null) {
        form.fields().add(new Field(name(), text()));
      }
      file = null;
    }

    private String name() {
      return head == null ? "" : head.name();
    }

    private String text() {
      PartHead part = Objects.requireNonNull(head);
      try {
        return part.charset().newDecoder().decode(ByteBuffer.wrap(field.toByteArray())).toString();
      } catch (CharacterCodingException e) {
        throw Unacceptable.malformed(
            "\"" + part.name() + "\" is not written in " + part.charset().name());
      }
    }

    private void finish() {
      parser.finish();
      form.written().onComplete(written -> step(this::handOver), this::notWritten);
    }

    private void handOver() {
      exchange.forgetHangUp();
      exchange.serves();
      exchange.attempt(() -> whenWhole.accept(form));
    }
  }
}
