package edge.starling.deployments.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/** What a node answered. */
public final class Answer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;

  Answer(int status, HttpHeaders headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** 100 to 599. */
  public int status() {
    return status;
  }

  public HttpHeaders headers() {
    return headers;
  }

  /** Not copied; not to be changed. */
  public byte[] body() {
    return body;
  }

  public boolean isFailure() {
    return status >= 400;
  }

  /** The first value of a header, or the empty text. */
  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /**
   * @throws CommandFailure if it is none
   */
  public JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "the answer is not JSON; is this a Starling node?", e);
    }
  }

  /** Whether the node itself reports a problem, rather than the function. */
  public boolean isProblem() {
    return header("Content-Type").startsWith("application/problem+json");
  }

  /**
   * This answer, if the request succeeded.
   *
   * @throws CommandFailure with what went wrong
   */
  public Answer orFail() {
    if (isFailure()) {
      throw new CommandFailure(ExitCode.FAILED, failure());
    }
    return this;
  }

  /** In one line what went wrong: the problem's title and detail, or the bare status. */
  public String failure() {
    if (!isProblem()) {
      return "the answer has status " + status;
    }
    JsonNode problem = json();
    String title = problem.path("title").asText("status " + status);
    String detail = problem.path("detail").asText("");
    return detail.isEmpty() ? title : title + ": " + detail;
  }
}
