package edge.starling.deployments.client;

import edge.starling.config.Durations;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** Asks one node over HTTP, and waits for the answer. Thread-safe. */
public final class NodeClient {
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);

  // HTTP/1.1, because an offer to upgrade would delay the body of the first request
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_PATIENCE)
          .build();
  private final URI node;
  private final Duration patience;

  /**
   * @param node its address, without a slash at the end
   * @param patience the longest time for an answer
   */
  public NodeClient(URI node, Duration patience) {
    this.node = node;
    this.patience = patience;
  }

  public URI node() {
    return node;
  }

  /** Begins a request to a path (with its query, if any) of the node. */
  public HttpRequest.Builder to(String pathAndQuery) {
    try {
      return HttpRequest.newBuilder(URI.create(node + pathAndQuery)).timeout(patience);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.USAGE, pathAndQuery + " is not a path (percent-encode what is special)", e);
    }
  }

  public Answer get(String pathAndQuery) {
    return send(to(pathAndQuery).GET());
  }

  /**
   * @throws CommandFailure {@link ExitCode#UNREACHABLE} if the node surely did not get it, {@link
   *     ExitCode#FAILED} if there was no answer
   */
  public Answer send(HttpRequest.Builder request) {
    try {
      var answer = http.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), answer.headers(), answer.body());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new CommandFailure(
          ExitCode.UNREACHABLE,
          "no node answers at " + node + " (is it running? --url or STARLING_URL names another)",
          e);
    } catch (HttpTimeoutException e) {
      throw new CommandFailure(
          ExitCode.FAILED, node + " did not answer within " + Durations.format(patience), e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "the connection to " + node + " broke: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted", e);
    }
  }
}
