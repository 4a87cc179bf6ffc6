package edge.starling.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.config.ConfigLoader;
import edge.starling.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The Docker files and the settings agree, so far as can be told without Docker. */
class DockerFilesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern VARIABLE = Pattern.compile("(STARLING_\\w+)=(\\S+)");

  private String dockerfile = "";
  private Map<String, Object> compose = Map.of();

  @BeforeEach
  void read() throws IOException {
    dockerfile = Files.readString(ROOT.resolve("deployments/Dockerfile"));
    compose = new Yaml().load(Files.readString(ROOT.resolve("docker-compose.yml")));
  }

  @Test
  void theThreeNodesListEachOther() {
    Map<String, NodeConfig> nodes = nodes();

    assertThat(nodes).containsOnlyKeys("node-1", "node-2", "node-3");
    List<String> addresses =
        nodes.entrySet().stream()
            .map(node -> node.getKey() + ":" + node.getValue().cluster().port())
            .toList();
    assertThat(nodes.values())
        .allSatisfy(
            node ->
                assertThat(node.cluster().join()).containsExactlyInAnyOrderElementsOf(addresses));
    assertThat(nodes.values()).extracting(NodeConfig::name).doesNotHaveDuplicates();
  }

  @Test
  void eachNodeListensForOthersAndIsPublishedOnLoopbackWhereItSays() {
    nodes()
        .forEach(
            (service, node) -> {
              assertThat(node.http().host()).isEqualTo("0.0.0.0");
              assertThat(node.cluster().host()).isEqualTo("0.0.0.0");
              String published = node.http().publicUrl().replace("http://", "");
              assertThat(published).matches("127\\.0\\.0\\.1:808[123]");
              assertThat(list(service, "ports"))
                  .containsExactly(published + ":" + node.http().port());
            });
  }

  @Test
  void eachNodeKeepsItsDataInAVolumeOfItsOwn() {
    nodes()
        .forEach(
            (service, node) ->
                assertThat(list(service, "volumes")).containsExactly(service + ":" + node.data()));
    assertThat(map(compose, "volumes")).containsOnlyKeys("node-1", "node-2", "node-3");
    assertThat(dockerfile).contains("VOLUME /data");
  }

  @Test
  void dockerWaitsLongerThanANodeDrains() {
    nodes()
        .forEach(
            (service, node) -> {
              String grace = String.valueOf(service(service).get("stop_grace_period"));
              assertThat(Integer.parseInt(grace.replace("s", "")))
                  .isGreaterThan((int) node.drainTimeout().toSeconds() + 10);
            });
  }

  @Test
  void theComposeFileBuildsFromADockerfileThatIsThere() {
    Map<String, Object> build = map(service("node-1"), "build");

    assertThat(ROOT.resolve((String) build.get("context")))
        .isDirectoryContaining("glob:**/pom.xml");
    assertThat(ROOT.resolve((String) build.get("dockerfile"))).exists();
    assertThat(dockerfile).contains("deployments/target/starling.jar", "CMD [\"node\"]");
  }

  @Test
  void theImageRunsAsNobodySpecialAndTellsItsHealth() {
    assertThat(dockerfile).contains("\nUSER starling\n", "HEALTHCHECK", ":8080/healthz");
  }

  private Map<String, NodeConfig> nodes() {
    Map<String, NodeConfig> nodes = new LinkedHashMap<>();
    map(compose, "services")
        .keySet()
        .forEach(
            service -> {
              Map<String, String> environment = imageEnvironment();
              map(service(service), "environment")
                  .forEach((name, value) -> environment.put(name, (String) value));
              nodes.put(service, ConfigLoader.load(null, environment, List.of()));
            });
    return nodes;
  }

  private Map<String, String> imageEnvironment() {
    Map<String, String> environment = new HashMap<>();
    Matcher variable = VARIABLE.matcher(dockerfile);
    while (variable.find()) {
      environment.put(variable.group(1), variable.group(2));
    }
    return environment;
  }

  private Map<String, Object> service(String name) {
    return map(map(compose, "services"), name);
  }

  private List<String> list(String service, String property) {
    return ((List<?>) service(service).get(property)).stream().map(String::valueOf).toList();
  }

  @SuppressWarnings("unchecked") // the keys of these files are texts
  private static Map<String, Object> map(Map<String, Object> parent, String key) {
    return (Map<String, Object>) parent.get(key);
  }
}
