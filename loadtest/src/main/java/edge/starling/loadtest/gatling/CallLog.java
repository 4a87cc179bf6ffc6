package edge.starling.loadtest.gatling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes when phases began and what came of each call, a line each, with times in nanoseconds of
 * this process's clock. Thread-safe.
 */
final class CallLog implements AutoCloseable {
  static final String BEGIN = "begin";
  static final String CALL = "call";

  private final Writer out;

  private CallLog(Writer out) {
    this.out = out;
  }

  static CallLog create(Path file) throws IOException {
    return new CallLog(Files.newBufferedWriter(file));
  }

  void begin(String phase, long at) {
    write("%s,%s,%d%n".formatted(BEGIN, phase, at));
  }

  void call(
      String phase,
      String stream,
      long startedAt,
      long endedAt,
      int status,
      String servedBy,
      String hops,
      String retryAfter,
      String error) {
    StringBuilder line = new StringBuilder(120).append(CALL);
    line.append(',').append(phase).append(',').append(stream);
    line.append(',').append(startedAt).append(',').append(endedAt - startedAt);
    line.append(',').append(status).append(',').append(plain(servedBy));
    line.append(',').append(plain(hops)).append(',').append(plain(retryAfter));
    line.append(',').append(plain(error)).append(System.lineSeparator());
    write(line.toString());
  }

  private static String plain(String text) {
    return text.replaceAll("[,\r\n]", " ");
  }

  private synchronized void write(String line) {
    try {
      out.write(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
