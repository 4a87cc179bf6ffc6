package edge.starling.deployments.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;

/**
 * A node's part in the work, as it last told it.
 *
 * @param state {@code active}, {@code cordoned}, {@code draining} or {@code leaving}
 * @param inProgress calls that it serves, or has forwarded
 */
record NodeState(String name, String state, int inProgress) {
  private static final String PATH = "/nodes/self/state";

  /** Has the node change its part. */
  static NodeState change(NodeClient node, String state) {
    return of(
        node.send(
            node.to(PATH)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"state\":\"" + state + "\"}"))));
  }

  /** Asks again once no call is in progress there, or this time is over: 0 to 60 s. */
  static NodeState await(NodeClient node, Duration atMost) {
    return of(node.get(PATH + "?wait=" + atMost.toMillis() + "ms"));
  }

  private static NodeState of(Answer answer) {
    JsonNode state = answer.orFail().json();
    return new NodeState(
        state.path("name").asText(),
        state.path("state").asText(),
        state.path("in_progress").asInt());
  }
}
