package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import io.vertx.core.http.HttpServerRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * What a client of OpenFaaS wants to see of a log.
 *
 * @param follow also what comes from now on
 * @param tail only so many of the last lines of all nodes; {@link ReadLog#ALL} for all of them
 * @param since null for all
 * @param instance the name of the only node that counts; null for all nodes
 */
record LogQuery(
    FunctionName function,
    boolean follow,
    int tail,
    @Nullable Instant since,
    @Nullable String instance) {

  /**
   * @throws Unacceptable 400, naming the parameter and what is allowed
   */
  static LogQuery parse(HttpServerRequest request) {
    String name = given(request, "name");
    if (name == null) {
      throw Unacceptable.malformed("name is missing: the function whose log is asked for");
    }
    return new LogQuery(
        OpenFaasNames.inPath(request, name),
        follow(given(request, "follow")),
        tail(given(request, "tail")),
        since(given(request, "since")),
        given(request, "instance"));
  }

  /** Whether this node's lines count. */
  boolean isAbout(String node) {
    return instance == null || instance.equals(node);
  }

  private static @Nullable String given(HttpServerRequest request, String name) {
    String value = request.getParam(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private static boolean follow(@Nullable String text) {
    return switch (text == null ? "false" : text) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw Unacceptable.malformed("follow must be true, false, 1 or 0, not \"" + text + "\"");
    };
  }

  private static int tail(@Nullable String text) {
    try {
      int tail = text == null ? ReadLog.ALL : Integer.parseInt(text);
      if (tail >= ReadLog.ALL) {
        return tail;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw Unacceptable.malformed(
        "tail must be a number of lines, or -1 for all of them, not \"" + text + "\"");
  }

  private static @Nullable Instant since(@Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw Unacceptable.malformed(
          "since must be a time such as 2026-11-21T08:57:48Z (RFC 3339), not \"" + text + "\"");
    }
  }
}
