package edge.starling.loadtest.manycall;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import edge.starling.loadtest.servers.NodeProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sends manycalls to nodes. For one thread. */
final class ManycallClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * An answered manycall.
   *
   * @param seconds from the first byte sent to the last received
   */
  record Answer(double seconds, List<JsonNode> responses) {}

  /**
   * @throws IOException if it was not answered with 200
   */
  Answer call(NodeProcess node, String function, List<String> items, int concurrency)
      throws IOException, InterruptedException {
    byte[] document =
        JSON.writeValueAsBytes(
            JSON.createObjectNode()
                .put("concurrency", concurrency)
                .set("items", JSON.valueToTree(items)));
    HttpRequest request =
        HttpRequest.newBuilder(node.server().url("/functions/" + function + "/executions/manycall"))
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofByteArray(document))
            .build();
    long begin = System.nanoTime();
    HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (answer.statusCode() != 200) {
      throw new IOException(
          "a manycall of " + function + " was answered with " + answer.statusCode());
    }
    List<JsonNode> responses = new ArrayList<>();
    JSON.readTree(answer.body()).path("responses").forEach(responses::add);
    if (responses.size() != items.size()) {
      throw new IOException(responses.size() + " answers to " + items.size() + " items");
    }
    return new Answer(seconds, responses);
  }

  /** A single call of the function. */
  Answer single(NodeProcess node, String function, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(node.function(function))
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofString(body))
            .build();
    long begin = System.nanoTime();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("a call of " + function + " was answered with " + answer.statusCode());
    }
    return new Answer((System.nanoTime() - begin) / 1e9, List.of(TextNode.valueOf(answer.body())));
  }
}
