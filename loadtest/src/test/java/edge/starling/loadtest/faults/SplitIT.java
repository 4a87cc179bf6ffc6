package edge.starling.loadtest.faults;

import static edge.starling.loadtest.faults.StartedNodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.network.LinkState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What stands after a split: of three nodes the last one was cut off, functions were changed on
 * both sides, and the cut was healed.
 */
@EnabledOnOs(OS.LINUX)
class SplitIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path folder;

  private static StartedNodes nodes;

  @BeforeAll
  static void splitAndHeal() throws Exception {
    nodes = StartedNodes.of(3, folder);
    for (String function :
        new String[] {"updated", "removed", "removed-there", "revived", "kept"}) {
      nodes.put(1, function, 1);
      nodes.provideToo(3, function);
      eventually(() -> nodes.assertServed(function, 1, "n1", "n3"));
    }

    link(LinkState.CUT);
    nodes.awaitMembers(2, 1, 2);
    nodes.awaitMembers(1, 3);
    nodes.put(1, "updated", 11);
    nodes.put(2, "updated", 12);
    nodes.put(3, "updated", 31);
    nodes.remove(1, "removed");
    nodes.remove(3, "removed-there");
    nodes.remove(1, "revived");
    nodes.put(3, "revived", 31);
    nodes.put(3, "revived", 32);
    nodes.put(1, "named-twice", 11);
    nodes.put(3, "named-twice", 31);
    nodes.put(2, "new-here", 21);
    nodes.put(3, "new-there", 31);
    assertThat(nodes.call(1, "named-twice")).isEqualTo("200 v11 by n1");
    assertThat(nodes.call(3, "named-twice")).isEqualTo("200 v31 by n3");

    link(LinkState.UP);
    nodes.awaitMembers(3, 1, 2, 3);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @Test
  void whatNobodyChangedIsServedByAll() {
    eventually(() -> nodes.assertServed("kept", 1, "n1", "n3"));
  }

  @Test
  void whatWasMadeOnOneSideIsCalledFromTheOther() {
    eventually(() -> nodes.assertServed("new-here", 21, "n2"));
    eventually(() -> nodes.assertServed("new-there", 31, "n3"));
  }

  @Test
  void theHigherOfTwoVersionsWins() {
    eventually(() -> nodes.assertServed("updated", 12, "n1", "n2", "n3"));
  }

  @Test
  void whatWasRemovedOnOneSideIsGoneOnBoth() {
    eventually(() -> nodes.assertGone("removed"));
    eventually(() -> nodes.assertGone("removed-there"));
  }

  @Test
  void aVersionThatIsHigherThanARemovalStands() {
    eventually(() -> nodes.assertServed("revived", 32, "n3"));
  }

  @Test
  void ofANameGivenTwiceOneFunctionStandsAndBothProvideIt() {
    eventually(
        () -> {
          String answer = nodes.call(2, "named-twice");
          assertThat(answer).matches("200 v(11|31) by n[13]");
          int winner = answer.contains("v11") ? 11 : 31;
          nodes.assertServed("named-twice", winner, "n1", "n3");
        });
  }

  private static void link(LinkState state) throws Exception {
    nodes.link("n1", "n3", state);
    nodes.link("n2", "n3", state);
  }
}
