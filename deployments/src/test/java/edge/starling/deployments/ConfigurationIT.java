package edge.starling.deployments;

import static edge.starling.deployments.Http.json;
import static edge.starling.deployments.Http.problem;
import static edge.starling.deployments.Http.text;
import static edge.starling.deployments.Http.texts;
import static edge.starling.deployments.TestCluster.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Settings that change while nodes run, and functions that bring their own. */
class ConfigurationIT {
  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.of(3);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private HttpResponse<byte[]> configure(int node, String query, String document) {
    return cluster.send(
        cluster
            .request(node, "/configuration" + query)
            .PUT(BodyPublishers.ofString(document))
            .build());
  }

  private JsonNode configuration(int node) {
    return json(cluster.get(node, "/configuration"));
  }

  /** What each node has under a key such as {@code routing.hops}. */
  private List<String> everywhere(String key) {
    return IntStream.range(0, 3)
        .mapToObj(node -> configuration(node).at("/settings/" + key.replace('.', '/')).asText())
        .toList();
  }

  @Test
  void aChangeOfOneNodeLeavesTheOthersAlone() {
    HttpResponse<byte[]> answer =
        configure(1, "", "routing:\n  hops: 2\nload:\n  suspect-after: 5s\n");

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(json(answer).path("settings")).isEqualTo(configuration(1).path("settings"));
    assertThat(texts(json(answer).path("nodes"))).containsExactly("n1");
    assertThat(everywhere("routing.hops")).containsExactly("1", "2", "1");
    assertThat(everywhere("load.suspect-after")).containsExactly("2s", "5s", "2s");
    assertThat(everywhere("name")).containsExactly("n0", "n1", "n2");
  }

  @Test
  void aChangeEverywhereIsSeenOnEveryNode() {
    HttpResponse<byte[]> answer =
        configure(
            0,
            "?everywhere=true",
            "{\"capacity\":{\"kind\":\"rate\",\"rate\":12.5},\"invoker\":{\"slots\":3}}");

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(texts(json(answer).path("nodes"))).containsExactlyInAnyOrder("n0", "n1", "n2");
    assertThat(everywhere("capacity.kind")).containsOnly("rate");
    assertThat(everywhere("capacity.rate")).containsOnly("12.5");
    assertThat(everywhere("invoker.slots")).containsOnly("3");
  }

  @Test
  void aPolicyChangesEverywhere() {
    HttpResponse<byte[]> answer =
        configure(2, "?everywhere=true", "{\"routing\":{\"policy\":\"round-robin\"}}");

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(everywhere("routing.policy")).containsOnly("round-robin");
  }

  @Test
  void aBadValueChangesNothingAndEveryProblemIsTold() {
    String detail =
        problem(
            configure(
                0,
                "?everywhere=true",
                "{\"routing\":{\"hops\":17},\"invoker\":{\"slots\":3,\"queu\":1}}"),
            400,
            "malformed-request");

    assertThat(detail)
        .contains(
            "n0, n1, n2: ",
            "routing.hops: \"17\" from line 1 of the request is not allowed",
            "did you mean \"invoker.queue\"?");
    assertThat(everywhere("invoker.slots")).containsOnly("16");
    assertThat(problem(configure(0, "", "http: {port: 1}"), 400, "malformed-request"))
        .contains("http.port: it cannot change while the node runs", "routing.policy");
  }

  @Test
  void aValueThatDoesNotSuitOneNodeChangesNone() {
    configure(1, "", "load: {suspect-after: 20s}");
    configure(2, "", "load: {suspect-after: 20s}");

    String detail =
        problem(
            configure(1, "?everywhere=true", "load: {update-interval: 5s}"),
            400,
            "malformed-request");

    assertThat(detail).startsWith("n0: load.suspect-after: \"2s\" in force is not allowed");
    assertThat(everywhere("load.update-interval")).containsOnly("1s");
  }

  @Test
  void anUnknownPolicyIsRefused() {
    for (String query : List.of("", "?everywhere=true")) {
      assertThat(
              problem(
                  configure(0, query, "manycall: {policy: best}\ninvoker: {slots: 3}"),
                  400,
                  "malformed-request"))
          .contains("manycall.policy: \"best\" is not allowed", "local-first");
    }
    assertThat(everywhere("manycall.policy")).containsOnly("least-in-progress");
    assertThat(everywhere("invoker.slots")).containsOnly("16");
  }

  @Test
  void aFunctionMayBringItsOwnCapacityAndPolicy() {
    HttpResponse<byte[]> deployed =
        cluster.deploy(0, "own", ECHO, "capacity", "rate:1000", "policy", "round-robin");

    assertThat(deployed.statusCode()).as(text(deployed)).isEqualTo(201);
    assertThat(cluster.put(1, "own", null).statusCode()).isEqualTo(201);
    JsonNode described = json(cluster.get(2, "/functions/own"));
    assertThat(described.path("capacity").asText()).isEqualTo("rate:1000");
    assertThat(described.path("policy").asText()).isEqualTo("round-robin");
    assertThat(text(cluster.call(2, "own", "hello"))).isEqualTo("hello");

    assertThat(cluster.put(1, "own", null, "capacity", "node", "policy", "node").statusCode())
        .isEqualTo(200);
    assertThat(json(cluster.get(2, "/functions/own")).has("capacity")).isFalse();
    assertThat(json(cluster.get(2, "/functions/own")).has("policy")).isFalse();
  }

  @Test
  void aFunctionWithAWrongCapacityOrPolicyIsNotTaken() {
    assertThat(
            problem(
                cluster.deploy(0, "own", ECHO, "capacity", "slots:0"), 400, "malformed-request"))
        .contains("capacity must be slots:N", "\"slots:0\"");
    assertThat(problem(cluster.deploy(0, "own", ECHO, "policy", "best"), 400, "malformed-request"))
        .startsWith("policy: \"best\" is not allowed")
        .contains("local-first");
    assertThat(cluster.get(0, "/functions/own").statusCode()).isEqualTo(404);
  }
}
