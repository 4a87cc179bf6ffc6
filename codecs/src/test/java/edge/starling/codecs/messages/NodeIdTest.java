package edge.starling.codecs.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {

  @Test
  void readsBackWhatItWrites() {
    NodeId id = new NodeId("node-1", 42);
    assertThat(id).hasToString("node-1.42");
    assertThat(NodeId.parse("node-1.42")).isEqualTo(id);
  }

  @Test
  void tellsTheLivesOfANodeApart() {
    assertThat(new NodeId("node-1", 1)).isNotEqualTo(new NodeId("node-1", 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"node-1", "node-1.", "node-1.x", ".1", "Node.1", "a.b.1", ""})
  void refusesWhatIsNoNode(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> NodeId.parse(text));
  }

  @Test
  void saysWhatANameMayBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NodeId("Box_1", 1))
        .withMessageContaining(FunctionName.LABEL_RULE)
        .withMessageContaining("\"Box_1\"");
  }
}
