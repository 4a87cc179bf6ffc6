package edge.starling.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.config.ConfigLoader;
import edge.starling.config.NodeConfig;
import edge.starling.deployments.client.Streams;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class NodeCommandTest {

  @Test
  void everyOptionIsASetting() {
    NodeConfig config =
        parsed(
            "--name=b",
            "--http-port=1",
            "--cluster-port=2",
            "--join=h1:3,h2:4",
            "--join=h3:5",
            "--data=/d",
            "--set=invoker.slots=7",
            "--set",
            "routing.policy=race-all");

    assertThat(config.name()).isEqualTo("b");
    assertThat(config.http().port()).isEqualTo(1);
    assertThat(config.cluster().port()).isEqualTo(2);
    assertThat(config.cluster().join()).containsExactly("h1:3", "h2:4", "h3:5");
    assertThat(config.data()).isEqualTo("/d");
    assertThat(config.invoker().slots()).isEqualTo(7);
    assertThat(config.routing().policy()).isEqualTo("race-all");
  }

  @Test
  void whatIsNotGivenIsLeftToTheOtherSources() {
    assertThat(assignments()).isEmpty();
  }

  @Test
  void setHasTheLastWord() {
    assertThat(parsed("--set=http.port=2", "--http-port=1").http().port()).isEqualTo(2);
  }

  @Test
  void anOptionIsStrongerThanTheEnvironment() {
    Map<String, String> environment = Map.of("STARLING_HTTP_PORT", "3", "STARLING_NAME", "c");

    NodeConfig config = ConfigLoader.load(null, environment, assignments("--http-port=1"));

    assertThat(config.http().port()).isEqualTo(1);
    assertThat(config.name()).isEqualTo("c");
  }

  private static NodeConfig parsed(String... arguments) {
    return ConfigLoader.load(null, Map.of(), assignments(arguments));
  }

  private static List<String> assignments(String... arguments) {
    NodeCommand command = new NodeCommand(Streams.ofProcess(false));
    new CommandLine(command).parseArgs(arguments);
    return command.assignments();
  }
}
