package edge.starling.loadtest.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.Main;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.lab.Modules;
import edge.starling.loadtest.servers.NodeProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gatling in its own JVM, against real nodes. */
class GatlingIT {
  private static final Path JAR = Path.of("../deployments/target/starling.jar").toAbsolutePath();

  private final Lab lab = new Lab(true, JAR, Main.class.getName());

  @AfterEach
  void end() {
    assertThat(lab.end(false)).isEmpty();
  }

  @Test
  void everyPlannedCallComesBackWithWhatItsAnswerTold() throws Exception {
    assertThat(JAR)
        .as("the nodes' jar, which is built before this: mvn -pl deployments -am package")
        .isRegularFile();
    List<NodeProcess> nodes = lab.cluster(List.of()).add(2);
    nodes.get(0).deploy("noop", Modules.noop());
    nodes.get(0).awaitAnswer("noop");
    nodes.get(1).awaitAnswer("noop");
    Duration second = Duration.ofSeconds(1);
    URI nowhere = URI.create("http://127.0.0.1:1/function/noop");
    LoadPlan plan =
        LoadPlan.of(
            List.of(
                Phase.of("warm-up", Stream.posts("n1", nodes.get(0).function("noop"), 5, second)),
                Phase.of(
                    "main",
                    Stream.posts("n1", nodes.get(0).function("noop"), 20, second),
                    Stream.gets("n2", nodes.get(1).function("noop"), 10, second.multipliedBy(2)),
                    Stream.posts("missing", nodes.get(0).function("missing"), 2, second),
                    Stream.posts("nobody", nowhere, 3, second))));
    List<String> begun = new ArrayList<>();

    LoadResults results = new GatlingLoad(lab).put(plan, phase -> begun.add(phase.name()));

    assertThat(begun).containsExactly("warm-up", "main");
    assertThat(results.of("warm-up")).hasSize(5);
    Calls main = new Calls(results.of("main"));
    assertThat(stream(main, "n1"))
        .hasSize(20)
        .allMatch(call -> call.isServed() && call.servedBy().equals("n1") && call.hops() == 0);
    assertThat(stream(main, "n2"))
        .hasSize(20)
        .allMatch(call -> call.isServed() && call.servedBy().equals("n1") && call.hops() == 1);
    assertThat(stream(main, "missing")).hasSize(2).allMatch(call -> call.status() == 404);
    assertThat(stream(main, "nobody"))
        .hasSize(3)
        .allMatch(call -> call.status() == 0 && call.error().contains("refused"));
    assertThat(main.list()).allMatch(call -> call.latencyMicros() > 0);
  }

  private static List<SentCall> stream(Calls calls, String name) {
    return calls.where(call -> call.stream().equals(name)).list();
  }
}
