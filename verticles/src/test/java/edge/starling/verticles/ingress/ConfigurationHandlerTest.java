package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeConfiguration;
import edge.starling.codecs.messages.ConfigurationMessage.Changed;
import edge.starling.codecs.messages.ConfigurationMessage.NotChanged;
import edge.starling.codecs.messages.ConfigurationMessage.Obstacle;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationHandlerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path data;
  private TestNode node;

  @BeforeEach
  void start() throws Exception {
    node = new TestNode(data);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private HttpResponse<String> put(String path, String body) throws Exception {
    return node.send(node.request(path).PUT(BodyPublishers.ofString(body)));
  }

  @Test
  void showsAllSettingsAndWhichMayChange() throws Exception {
    node.settings = List.of("capacity.kind=rate", "capacity.rate=12.5", "cluster.join=a:1");

    HttpResponse<String> answer = node.get("/configuration");

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.path("settings").path("capacity").toString())
        .isEqualTo("{\"kind\":\"rate\",\"rate\":12.5,\"cpu\":0.9,\"own-first\":true}");
    assertThat(body.path("settings").path("cluster").path("join").toString())
        .isEqualTo("[\"a:1\"]");
    assertThat(body.path("settings").path("http").path("max-body").asText()).isEqualTo("32MiB");
    assertThat(body.path("settings").path("load").path("update-interval").asText()).isEqualTo("1s");
    assertThat(body.path("live"))
        .hasSize(13)
        .extracting(JsonNode::asText)
        .contains("routing.policy", "capacity.own-first", "load.slack-change");
    assertThat(body.has("nodes")).isFalse();
  }

  @Test
  void handsAChangeOnAsItIsWrittenAndShowsWhatIsInForce() throws Exception {
    node.changed = new Changed(List.of("routing.hops=3"), List.of(TestNode.SELF));

    HttpResponse<String> answer = put("/configuration", "routing:\n  hops: 3 # ü\n");

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.path("settings").path("routing").path("hops").asInt()).isEqualTo(3);
    assertThat(body.path("nodes").toString()).isEqualTo("[\"node-1\"]");
    assertThat(node.changes)
        .containsExactly(new ChangeConfiguration("routing:\n  hops: 3 # ü\n", false));
  }

  @Test
  void changesAllNodesWhereAskedTo() throws Exception {
    node.changed = new Changed(List.of(), List.of(TestNode.SELF, TestNode.PEER));

    HttpResponse<String> answer = put("/configuration?everywhere=true", "{}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()).path("nodes").toString())
        .isEqualTo("[\"node-1\",\"node-2\"]");
    assertThat(node.changes).containsExactly(new ChangeConfiguration("{}", true));
  }

  @Test
  void tellsEveryProblem() throws Exception {
    node.changed = new NotChanged(Obstacle.INVALID, "routing.hops: …\ninvoker.slots: …");

    HttpResponse<String> answer = put("/configuration", "{}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(JSON.readTree(answer.body()).path("detail").asText())
        .isEqualTo("routing.hops: …\ninvoker.slots: …");
  }

  @Test
  void whatIsTriedAgainLaterIs503() throws Exception {
    Map<Obstacle, String> types =
        Map.of(
            Obstacle.UNREACHABLE, "unreachable",
            Obstacle.PARTLY_CHANGED, "partly-changed",
            Obstacle.TOO_MANY_CHANGES, "too-many-changes");
    for (Map.Entry<Obstacle, String> type : types.entrySet()) {
      node.changed = new NotChanged(type.getKey(), "node-2: no answer");
      HttpResponse<String> answer = put("/configuration?everywhere=true", "{}");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(answer.body())
          .contains("urn:starling:problem:" + type.getValue(), "node-2: no answer");
    }
  }

  @Test
  void refusesWhatIsNoChangeByItself() throws Exception {
    assertThat(put("/configuration", "").statusCode()).isEqualTo(400);
    assertThat(put("/configuration?everywhere=1", "{}").statusCode()).isEqualTo(400);
    assertThat(
            node.send(
                    node.request("/configuration")
                        .PUT(BodyPublishers.ofByteArray(new byte[] {'a', (byte) 0xff})))
                .statusCode())
        .isEqualTo(400);
    HttpResponse<String> post = node.post("/configuration", "{}");
    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD, PUT");
    assertThat(node.changes).isEmpty();
  }
}
