package edge.starling.deployments;

import edge.starling.deployments.client.Answer;
import edge.starling.deployments.client.Deployer;
import edge.starling.deployments.client.NodeClient;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A node as the demo's tour sees it: a name and an address that answers HTTP. */
record DemoNode(String name, NodeClient client) {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  DemoNode(String name, String url) {
    this(name, new NodeClient(URI.create(url), PATIENCE));
  }

  String url() {
    return client.node().toString();
  }

  Deployer deployer() {
    return new Deployer(client);
  }

  /**
   * @param functionAndPath such as {@code thumbnail?size=64}
   */
  Answer call(String functionAndPath, byte[] body) {
    return client.send(
        client.to("/function/" + functionAndPath).POST(BodyPublishers.ofByteArray(body)));
  }

  Answer postJson(String path, String json) {
    return client.send(
        client
            .to(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json, StandardCharsets.UTF_8)));
  }

  Answer delete(String path) {
    return client.send(client.to(path).DELETE());
  }
}
