package edge.starling.deployments.client;

import edge.starling.config.Durations;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function, as the user wrote it.
 *
 * @param pathAndQuery what follows the function's name; empty, or from {@code /} or {@code ?} on
 * @param headers {@code Name: value}
 * @param contentType for a call whose headers name none; null for none
 */
record Invocation(
    String function,
    String method,
    String pathAndQuery,
    List<String> headers,
    @Nullable String contentType,
    @Nullable Duration timeout,
    BodyPublisher body) {

  /**
   * @throws CommandFailure for what cannot be sent
   */
  HttpRequest.Builder request(NodeClient client) {
    if (!pathAndQuery.isEmpty() && !pathAndQuery.startsWith("/") && !pathAndQuery.startsWith("?")) {
      throw new CommandFailure(ExitCode.USAGE, "--path begins with / or ?");
    }
    HttpRequest.Builder request = client.to("/function/" + function + pathAndQuery);
    try {
      request.method(method, body);
      headers.forEach(header -> add(request, header));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    if (contentType != null && headers.stream().noneMatch(Invocation::isContentType)) {
      request.header("Content-Type", contentType);
    }
    if (timeout != null) {
      request.header("X-Timeout", Durations.format(timeout));
    }
    return request;
  }

  private static void add(HttpRequest.Builder request, String header) {
    int colon = header.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("a header is written 'Name: value', not '" + header + "'");
    }
    request.header(header.substring(0, colon).strip(), header.substring(colon + 1).strip());
  }

  private static boolean isContentType(String header) {
    return header.regionMatches(true, 0, "content-type:", 0, "content-type:".length());
  }
}
