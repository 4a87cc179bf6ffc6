package edge.starling.deployments.client;

import edge.starling.config.Durations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks one node over HTTP, and waits for the answer. Thread-safe. */
public final class NodeClient {
  private static final String CALLS = "/function/";
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);

  // HTTP/1.1, because an offer to upgrade would delay the body of the first request
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_PATIENCE)
          .build();
  private final URI node;
  private final Duration patience;
  private final @Nullable String authorization;

  /**
   * @param node its address, without a slash at the end
   * @param patience the longest time for an answer
   */
  public NodeClient(URI node, Duration patience) {
    this(node, patience, null);
  }

  /**
   * @param authorization the header field for nodes that ask who it is; null for none. Functions
   *     never get it.
   */
  NodeClient(URI node, Duration patience, @Nullable String authorization) {
    this.node = node;
    this.patience = patience;
    this.authorization = authorization;
  }

  public URI node() {
    return node;
  }

  /** Begins a request to a path (with its query, if any) of the node. */
  public HttpRequest.Builder to(String pathAndQuery) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(node + pathAndQuery)).timeout(patience);
      if (authorization != null && !pathAndQuery.startsWith(CALLS)) {
        request.header("Authorization", authorization);
      }
      return request;
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
    HttpResponse<byte[]> answer = exchange(request, BodyHandlers.ofByteArray());
    return new Answer(answer.statusCode(), answer.headers(), answer.body());
  }

  /**
   * Hands the lines of the answer on as they come.
   *
   * @return the answer, with its body only where the request failed
   * @throws CommandFailure as {@link #send} does, and where the answer breaks off
   */
  public Answer lines(HttpRequest.Builder request, Consumer<String> line) {
    HttpResponse<InputStream> answer = exchange(request, BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      byte[] failure = answer.statusCode() >= 400 ? body.readAllBytes() : new byte[0];
      new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)).lines().forEach(line);
      return new Answer(answer.statusCode(), answer.headers(), failure);
    } catch (IOException | UncheckedIOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "the connection to " + node + " broke: " + e.getMessage(), e);
    }
  }

  private <T> HttpResponse<T> exchange(HttpRequest.Builder request, BodyHandler<T> body) {
    try {
      return http.send(request.build(), body);
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
