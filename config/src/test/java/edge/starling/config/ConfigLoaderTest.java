package edge.starling.config;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.config.RuntimesConfig.Switch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  @TempDir Path folder;

  /** Every type that a setting can have. */
  record Sample(
      @Default("1") int whole,
      @Default("9000000000") long large,
      @Default("0.5") double share,
      @Default("false") boolean on,
      @Default("text") String words,
      @Default("1s") Duration patience,
      @Default("1KiB") ByteSize size,
      @Default("first-choice") Choice choice,
      @Default("a,b") List<String> list,
      Inner innerPart) {}

  record Inner(@Default("7") int deepValue) {}

  enum Choice {
    FIRST_CHOICE,
    SECOND_CHOICE
  }

  private static Sample sample(String... assignments) {
    return ConfigLoader.load(
        Sample.class, new Catalogue(Sample.class), null, Map.of(), List.of(assignments));
  }

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("starling.yaml"), List.of(lines));
  }

  private static NodeConfig load(Path file) {
    return ConfigLoader.load(file, Map.of(), List.of());
  }

  @Test
  void takesTheDefaultsOfTheRecords() {
    NodeConfig config = ConfigLoader.load(null, Map.of(), List.of());
    assertThat(config.http().port()).isEqualTo(8080);
    assertThat(config.http().maxBody()).isEqualTo(new ByteSize(32L << 20));
    assertThat(config.routing().policy()).isEqualTo("local-first");
    assertThat(config.routing().hops()).isEqualTo(1);
    assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.load().updateInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.load().suspectAfter()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.invoker().slots()).isEqualTo(16);
    assertThat(config.invoker().queue()).isEqualTo(64);
    assertThat(config.cluster().join()).isEmpty();
    assertThat(config.runtimes().process().enabled()).isEqualTo(Switch.AUTO);
  }

  @Test
  void overridesDefaultsByFileByEnvironmentByAssignments() throws IOException {
    Path file = file("http:", "  port: 1", "  host: 10.0.0.1", "  max-body: 1MiB", "name: box");
    NodeConfig config =
        ConfigLoader.load(
            file,
            Map.of("STARLING_HTTP_PORT", "2", "STARLING_HTTP_HOST", "10.0.0.2", "PATH", "/bin"),
            List.of("http.port=3", "http.port=4"));
    assertThat(config.name()).isEqualTo("box");
    assertThat(config.http().maxBody()).isEqualTo(new ByteSize(1 << 20));
    assertThat(config.http().host()).isEqualTo("10.0.0.2");
    assertThat(config.http().port()).isEqualTo(4);
    assertThat(config.http().maxConnections()).isEqualTo(10_000);
  }

  @Test
  void readsEveryTypeOfSetting() {
    assertThat(sample())
        .isEqualTo(
            new Sample(
                1,
                9_000_000_000L,
                0.5,
                false,
                "text",
                Duration.ofSeconds(1),
                new ByteSize(1024),
                Choice.FIRST_CHOICE,
                List.of("a", "b"),
                new Inner(7)));
    assertThat(
            sample(
                "whole=-2",
                "large=-9000000001",
                "share=1.5e-3",
                "on=true",
                "words=with = and , inside",
                "patience=2.5s",
                "size=3GiB",
                "choice=Second-Choice",
                "list= x ,y",
                "inner-part.deep-value=8"))
        .isEqualTo(
            new Sample(
                -2,
                -9_000_000_001L,
                0.0015,
                true,
                "with = and , inside",
                Duration.ofMillis(2500),
                new ByteSize(3L << 30),
                Choice.SECOND_CHOICE,
                List.of("x", "y"),
                new Inner(8)));
  }

  @Test
  void readsAnEmptyListAndAnEmptyText() {
    Sample sample = sample("list=", "words=");
    assertThat(sample.list()).isEmpty();
    assertThat(sample.words()).isEmpty();
    assertThat(sample("list=[]").list()).isEmpty();
  }

  @Test
  void readsListsFromTheFileInBlocksAndInLine() throws IOException {
    assertThat(load(file("cluster:", "  join:", "    - a:1", "    - '[::1]:2'")).cluster().join())
        .containsExactly("a:1", "[::1]:2");
    assertThat(load(file("cluster: {join: ['a:1', 'b:2']}")).cluster().join())
        .containsExactly("a:1", "b:2");
  }

  @Test
  void takesTheTextsOfTheFileAsTheyStand() throws IOException {
    NodeConfig config = load(file("name: 007", "data: yes", "http: {port: 010}"));
    assertThat(config.name()).isEqualTo("007");
    assertThat(config.data()).isEqualTo("yes");
    assertThat(config.http().port()).isEqualTo(10);
  }

  @Test
  void readsKeysWithDotsInTheFile() throws IOException {
    assertThat(load(file("http.port: 81", "runtimes.process: {enabled: true}")))
        .satisfies(config -> assertThat(config.http().port()).isEqualTo(81))
        .satisfies(config -> assertThat(config.allowsProcesses()).isTrue());
  }

  @Test
  void acceptsAnEmptyFileAndEmptySections() throws IOException {
    NodeConfig defaults = ConfigLoader.load(null, Map.of(), List.of());
    assertThat(load(file())).isEqualTo(defaults);
    assertThat(load(file("# nothing"))).isEqualTo(defaults);
    assertThat(load(file("http:", "  # port: 8081", "load: {}"))).isEqualTo(defaults);
  }

  @Test
  void leavesVariablesAloneThatAreNoSettings() {
    Map<String, String> environment =
        Map.of(
            "STARLING_URL", "http://localhost:8080",
            "STARLING_SERVICE_HOST", "10.0.0.1",
            "STARLING_SERVICE_PORT_HTTP", "8080",
            "STARLING_PORT", "tcp://10.0.0.1:8080",
            "STARLING_PORT_8080_TCP_ADDR", "10.0.0.1",
            "STARLING_HTTP_PORT", "tcp://10.0.0.1:8080",
            "STARLINGS", "birds");
    assertThat(ConfigLoader.load(null, environment, List.of()))
        .isEqualTo(ConfigLoader.load(null, Map.of(), List.of()));
  }

  @Test
  void namesAVariableForEverySetting() {
    assertThat(EnvironmentVariables.name("http.port")).isEqualTo("STARLING_HTTP_PORT");
    assertThat(EnvironmentVariables.name("load.update-interval"))
        .isEqualTo("STARLING_LOAD_UPDATE_INTERVAL");
    assertThat(ConfigLoader.settings())
        .extracting(setting -> EnvironmentVariables.name(setting.key()))
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(EnvironmentVariables.NO_SETTINGS);
  }

  @Test
  void listsTheSettings() {
    assertThat(ConfigLoader.settings())
        .startsWith(new Setting("name", "text", "", false))
        .contains(
            new Setting("http.port", "whole number", "8080", false),
            new Setting("http.max-body", "size", "32MiB", false),
            new Setting("load.update-interval", "time", "1s", true),
            new Setting("cluster.join", "list of text", "[]", false),
            new Setting("cluster.multicast", "one of true, false", "false", false),
            new Setting("runtimes.process.enabled", "one of auto, true, false", "auto", false))
        .doesNotHaveDuplicates();
  }

  @Test
  void allowsProcessesOnLoopbackOnlyUnlessToldOtherwise() {
    assertThat(allowsProcesses("http.host=127.0.0.1")).isTrue();
    assertThat(allowsProcesses("http.host=localhost")).isTrue();
    assertThat(allowsProcesses("http.host=::1")).isTrue();
    assertThat(allowsProcesses("http.host=0.0.0.0")).isFalse();
    assertThat(allowsProcesses("http.host=127.example.org")).isFalse();
    assertThat(allowsProcesses("http.host=0.0.0.0", "runtimes.process.enabled=true")).isTrue();
    assertThat(allowsProcesses("runtimes.process.enabled=false")).isFalse();
  }

  private static boolean allowsProcesses(String... assignments) {
    return ConfigLoader.load(null, Map.of(), List.of(assignments)).allowsProcesses();
  }
}
