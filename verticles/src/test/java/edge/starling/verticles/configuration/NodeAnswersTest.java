package edge.starling.verticles.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.ConfigurationMessage.NotChanged;
import edge.starling.codecs.messages.ConfigurationMessage.Obstacle;
import edge.starling.codecs.messages.NodeId;
import edge.starling.verticles.configuration.NodeAnswers.NodeAnswer;
import edge.starling.verticles.configuration.NodeAnswers.Said;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeAnswersTest {
  private static NodeAnswer yes(String node) {
    return new NodeAnswer(new NodeId(node, 1), Said.YES, "");
  }

  private static NodeAnswer no(String node, String problem) {
    return new NodeAnswer(new NodeId(node, 1), Said.NO, problem);
  }

  private static NodeAnswer nothing(String node) {
    return new NodeAnswer(new NodeId(node, 1), Said.NOTHING, "no answer");
  }

  @Test
  void nothingIsInTheWayWhenAllWouldChange() {
    NodeAnswers answers = new NodeAnswers(List.of(yes("a"), yes("b")));
    assertThat(answers.obstacle()).isEmpty();
    assertThat(answers.shortfall()).isEmpty();
    assertThat(answers.nodes(Said.YES)).containsExactly(new NodeId("a", 1), new NodeId("b", 1));
  }

  @Test
  void aProblemOfManyIsToldOnceWithTheirNames() {
    assertThat(
            new NodeAnswers(List.of(no("a", "x"), yes("b"), no("c", "x"), no("d", "y"))).obstacle())
        .hasValue(new NotChanged(Obstacle.INVALID, "a, c: x\nd: y"));
  }

  @Test
  void aProblemCountsBeforeAnUnreachableNode() {
    assertThat(new NodeAnswers(List.of(nothing("a"), no("b", "x"))).obstacle())
        .hasValue(new NotChanged(Obstacle.INVALID, "b: x"));
    assertThat(new NodeAnswers(List.of(nothing("a"), yes("b"))).obstacle())
        .hasValue(new NotChanged(Obstacle.UNREACHABLE, "nothing was changed; a: no answer"));
  }

  @Test
  void tellsWhoHasChangedAndWhoHasNot() {
    assertThat(new NodeAnswers(List.of(yes("a"), nothing("b"), no("c", "x"))).shortfall())
        .hasValue(
            new NotChanged(Obstacle.PARTLY_CHANGED, "changed: a; the others: b: no answer\nc: x"));
    assertThat(new NodeAnswers(List.of(nothing("b"))).shortfall())
        .hasValue(
            new NotChanged(Obstacle.PARTLY_CHANGED, "changed: none; the others: b: no answer"));
  }
}
