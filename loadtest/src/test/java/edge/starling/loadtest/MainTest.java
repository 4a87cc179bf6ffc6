package edge.starling.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void anUnknownExperimentListsTheKnownOnes() {
    assertThat(run("nonsense")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown: nonsense").contains("Experiments: calls");
  }

  @Test
  void noExperimentListsTheKnownOnes() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Experiments: calls").doesNotContain("bare-server");
  }

  @Test
  void helpTellsOfExperimentsAndOptions() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("calls", "--quick").doesNotContain("bare-server");
  }

  @Test
  void aChartOfAnotherKindIsRefusedAtOnce() {
    assertThat(run("calls", "--chart", "chart.png")).isEqualTo(2);
    assertThat(err.toString()).contains("must end in .svg");
  }

  @Test
  void aMissingJarIsToldWithTheWayToBuildIt() {
    assertThat(run("calls", "--quick", "--jar", "nowhere/starling.jar")).isEqualTo(1);
    assertThat(err.toString()).contains("nowhere/starling.jar").contains("mvn -DskipTests package");
  }

  private int run(String... args) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }
}
