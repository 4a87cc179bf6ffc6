package edge.starling.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user reads whose node does not start. */
class InvalidConfigTest {
  @TempDir Path folder;

  record Guarded(
      @Default("") String adminPassword, @Default("1") int apiToken, @Default("") String name) {
    Guarded {
      Check.that(adminPassword.length() < 4, "admin-password", adminPassword, "short");
    }
  }

  private static List<String> problems(
      Path file, Map<String, String> environment, String... assignments) {
    InvalidConfig refused =
        catchThrowableOfType(
            InvalidConfig.class, () -> ConfigLoader.load(file, environment, List.of(assignments)));
    assertThat(refused).as("the refusal").isNotNull();
    return refused.getMessage().lines().toList();
  }

  private static List<String> problemsWithSet(String... assignments) {
    return problems(null, Map.of(), assignments);
  }

  /** The problems of a file, with "FILE" for its path. */
  private List<String> problemsIn(String... lines) throws IOException {
    Path file = Files.write(folder.resolve("box.yaml"), List.of(lines));
    return problems(file, Map.of()).stream()
        .map(line -> line.replace(file.toString(), "FILE"))
        .toList();
  }

  @Test
  void namesKeyValueOriginAndWhatIsAllowed() throws IOException {
    assertThat(problemsWithSet("http.port=abc"))
        .containsExactly(
            "http.port: \"abc\" from --set is not allowed;"
                + " it must be a whole number, at most 2147483647");
    assertThat(problems(null, Map.of("STARLING_HTTP_PORT", "80 80")))
        .containsExactly(
            "http.port: \"80 80\" from STARLING_HTTP_PORT is not allowed;"
                + " it must be a whole number, at most 2147483647");
    assertThat(problemsIn("name: box", "", "http:", "  port: abc"))
        .containsExactly(
            "http.port: \"abc\" from FILE:4 is not allowed;"
                + " it must be a whole number, at most 2147483647");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http.port=99999999999    | a whole number, at most 2147483647",
        "http.port=1.5            | a whole number, at most 2147483647",
        "http.port=0x50           | a whole number, at most 2147483647",
        "http.port=               | a whole number, at most 2147483647",
        "http.max-body=10MB       | a size such as 65536, 64KiB, 32MiB or 1GiB",
        "load.update-interval=5   | a time such as 500ms, 2.5s, 1m, 2h or 7d, at most 36500d",
        "load.update-interval=-1s | a time such as 500ms, 2.5s, 1m, 2h or 7d, at most 36500d",
        "cluster.multicast=yes    | one of true, false",
        "runtimes.process.enabled=on | one of auto, true, false",
        "cluster.join=a:1,,b:2    | a list without empty items, such as a,b"
      })
  void saysHowATypeIsWritten(String assignment, String allowed) {
    assertThat(problemsWithSet(assignment))
        .singleElement()
        .asString()
        .endsWith("must be " + allowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http.port=65536            | \"65536\" from --set is not allowed; it must be between 0 and 65535",
        "http.port=-1               | between 0 and 65535",
        "runtimes.openfaas.gateway=box:8080  | a URL such as http://192.0.2.7:8080",
        "runtimes.openfaas.gateway=http://a/ | without a slash at its end",
        "runtimes.openfaas.gateway=http://u:p@a | a URL such as http://192.0.2.7:8080",
        "runtimes.openfaas.check-interval=9ms | between 100ms and 1d",
        "runtimes.openfaas.images.registry=http://r | such as registry.example:5000/functions",
        "http.host=                 | the address or host name to listen on",
        "http.public-url=node-1     | a URL such as http://192.0.2.7:8080",
        "http.public-url=http://a/  | without a slash at its end",
        "http.max-body=0            | between 1 and 1GiB",
        "http.max-body=2GiB         | \"2GiB\" from --set is not allowed; it must be between 1 and 1GiB",
        "http.bytes-in-flight=1MiB  | 0, or at least 32MiB, the value of http.max-body",
        "http.max-connections=0     | between 1 and 1000000",
        "http.idle-timeout=0s       | \"0s\" from --set is not allowed; it must be between 1ms and 1d",
        "http.idle-timeout=25h      | \"25h\" from --set is not allowed; it must be between 1ms and 1d",
        "cluster.name=my cluster    | a word without spaces",
        "cluster.host=              | the address or host name of this node",
        "cluster.port=65536         | between 0 and 65535",
        "cluster.bus-port=65536     | between 0 and 65535",
        "cluster.public-address=a   | host:port, with a port from 1 to 65535, or empty",
        "cluster.bus-public-address=a:0 | host:port, with a port from 1 to 65535, or empty",
        "cluster.join=node-1        | \"node-1\" from --set is not allowed; it must be host:port",
        "cluster.join=a:1,b:65536   | \"b:65536\" from --set is not allowed; it must be host:port",
        "cluster.join=a:0           | with a port from 1 to 65535",
        "cluster.join=::1:5701      | host:port",
        "cluster.kubernetes-service=a b | a DNS name, or empty for none",
        "cluster.alone-after=2d     | between 0s and 1d",
        "index.patience=0s          | between 1ms and 1d",
        "index.keep-deleted=0s      | between 1ms and 3650d",
        "routing.policy=            | the name of a scheduling policy",
        "routing.hops=17            | between 0 and 16",
        "index.patience=0.1ms | \"0.1ms\" from --set is not allowed; it must be between 1ms and 1d",
        "invoker.slots=0            | between 1 and 10000",
        "invoker.queue=-1           | between 0 and 1000000",
        "invoker.memory-mib=-1      | between 0 and 1048576",
        "logs.function-bytes=31KiB  | between 32KiB and 1GiB",
        "logs.all-bytes=255KiB      | between 256KiB, the value of logs.function-bytes, and 1GiB",
        "logs.readers=0             | between 1 and 10000",
        "process.python=            | the name or the path of an interpreter",
        "process.workers=0          | between 1 and 256",
        "process.start-timeout=0s   | between 1ms and 1d",
        "process.install-timeout=0s | between 1ms and 1d",
        "process.kill-after=0s      | between 1ms and 1d",
        "deployment.max-artefact=0  | between 1 and 1GiB",
        "deployment.take-over-timeout=0s | between 1ms and 1d",
        "load.update-interval=0s    | between 50ms and 1d",
        "load.suspect-after=1.9s    | \"1.9s\" from --set is not allowed; it must be at least 2s, twice load",
        "name=Box_1                 | 1 to 63 of a-z, 0-9 and '-'",
        "data=                      | the path of a folder",
        "drain-timeout=2d           | between 0s and 1d"
      })
  void saysWhatTheRecordsAllow(String assignment, String text) {
    String key = assignment.substring(0, assignment.indexOf('='));
    assertThat(problemsWithSet(assignment))
        .singleElement()
        .asString()
        .startsWith(key + ": \"")
        .contains(" from --set is not allowed; it must be ")
        .contains(text);
  }

  @Test
  void saysWhenADefaultNoLongerFits() {
    assertThat(problemsWithSet("load.update-interval=5s"))
        .containsExactly(
            "load.suspect-after: \"2s\" by default is not allowed;"
                + " it must be at least 10s, twice load.update-interval");
  }

  @Test
  void suggestsTheNearestKey() throws IOException {
    assertThat(problemsWithSet("htp.port=1"))
        .containsExactly(
            "htp.port: \"1\" from --set is no known setting; did you mean \"http.port\"?");
    assertThat(problemsIn("http:", "  prot: 1"))
        .containsExactly(
            "http.prot: \"1\" from FILE:2 is no known setting; did you mean \"http.port\"?");
    assertThat(problemsIn("htp:", "  port: 1"))
        .containsExactly(
            "htp: a mapping from FILE:2 is no known setting; there are name, data, drain-timeout,"
                + " http, cluster, index, routing, manycall, capacity, invoker, logs, process,"
                + " runtimes, deployment, load");
    assertThat(problems(null, Map.of("STARLING_HTP_PORT", "1")))
        .containsExactly(
            "STARLING_HTP_PORT: \"1\" sets no known setting; did you mean STARLING_HTTP_PORT?");
  }

  @Test
  void listsWhatThereIsWhenNothingIsNear() {
    assertThat(problemsWithSet("load.smoothing-window=1"))
        .containsExactly(
            "load.smoothing-window: \"1\" from --set is no known setting;"
                + " in \"load\" there are update-interval, suspect-after, slack-change");
    assertThat(problems(null, Map.of("STARLING_COLOUR_OF_THE_SKY", "blue")))
        .containsExactly(
            "STARLING_COLOUR_OF_THE_SKY: \"blue\" sets no known setting;"
                + " a setting such as http.port is STARLING_HTTP_PORT");
  }

  @Test
  void tellsSectionsFromSettings() throws IOException {
    assertThat(problemsIn("load: 5s"))
        .containsExactly(
            "load: \"5s\" from FILE:1 is not allowed;"
                + " it must be a mapping of update-interval, suspect-after, slack-change");
    assertThat(problemsIn("load: [1, 2]")).singleElement().asString().contains("load: a list from");
    assertThat(problemsWithSet("load=5s"))
        .containsExactly(
            "load: \"5s\" from --set is not allowed;"
                + " it must be a mapping of update-interval, suspect-after, slack-change");
    assertThat(problemsIn("http:", "  port:", "    value: 1"))
        .containsExactly(
            "http.port: a mapping from FILE:3 is not allowed;"
                + " it must be a whole number, at most 2147483647");
    assertThat(problemsIn("name: [a]"))
        .containsExactly(
            "name: \"[a]\" from FILE:1 is not allowed; it must be text, \"\" for none");
    assertThat(problemsIn("cluster: {join: [[a]]}"))
        .containsExactly(
            "cluster.join: a list from FILE:1 is not allowed;"
                + " it must be a list without empty items, such as a,b");
    assertThat(problemsIn("cluster: {join: ['a:1', ]}", "name:", "http: {port: ~}"))
        .containsExactly(
            "name: nothing from FILE:2 is not allowed; it must be text, \"\" for none",
            "http.port: nothing from FILE:3 is not allowed;"
                + " it must be a whole number, at most 2147483647");
    assertThat(problemsIn("- http")).singleElement().asString().contains("hold a mapping of name,");
  }

  @Test
  void refusesKeysThatStandTwice() throws IOException {
    assertThat(problemsIn("http:", "  port: 1", "  port: 2"))
        .containsExactly("http.port: it stands twice, from FILE:2 and from FILE:3");
    assertThat(problemsIn("http:", "  port: 1", "name: a", "http:", "  host: b"))
        .containsExactly("http: it stands twice, from FILE:1 and from FILE:4");
    assertThat(problemsIn("http:", "  port: 1", "http.port: 2"))
        .containsExactly("http.port: it stands twice, from FILE:2 and from FILE:3");
  }

  @Test
  void refusesMalformedAssignments() {
    assertThat(problemsWithSet("http.port"))
        .containsExactly(
            "--set: \"http.port\" on the command line is not allowed; it must be key=value");
    assertThat(problemsWithSet("=8080")).singleElement().asString().contains("key=value");
    assertThat(problemsWithSet("")).singleElement().asString().contains("key=value");
  }

  @Test
  void refusesFilesThatCannotBeRead() throws IOException {
    Path missing = folder.resolve("missing.yaml");
    assertThat(problems(missing, Map.of()))
        .containsExactly(missing + ": there is no such configuration file");
    assertThat(problems(folder, Map.of()))
        .singleElement()
        .asString()
        .startsWith(folder + ": the configuration file cannot be read: ");
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, "name: b\u00f6x".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(problems(latin, Map.of()))
        .containsExactly(latin + ": the configuration file is not in UTF-8");
  }

  @Test
  void refusesWhatIsNoYamlWithTheLine() throws IOException {
    assertThat(problemsIn("name: box", "http: [1"))
        .singleElement()
        .asString()
        .startsWith("FILE:")
        .contains(": this is no YAML: ");
    assertThat(problemsIn("name: box", "\thttp: 1"))
        .singleElement()
        .asString()
        .startsWith("FILE:2: ");
    assertThat(problemsIn("name: a", "---", "name: b"))
        .singleElement()
        .asString()
        .contains("this is no YAML: but found another document");
    assertThat(problemsIn("name: \u0001")).singleElement().asString().contains("this is no YAML");
    assertThat(problemsIn("name: *nobody")).singleElement().asString().contains("undefined alias");
    assertThat(problemsIn("[a]: 1")).containsExactly("FILE:1: a key must be a word");
  }

  @Test
  void refusesTagsAndWhatWouldFillTheMemory() throws IOException {
    assertThat(problemsIn("name: !!javax.script.ScriptEngineManager [a]"))
        .singleElement()
        .asString()
        .startsWith("FILE:1: this is no YAML: Global tag is not allowed");
    assertThat(problemsIn("name: !made-up a"))
        .containsExactly(
            "name: the tag !made-up from FILE:1 is not allowed; it must be a value without a tag");
    assertThat(problemsIn("name: box", "# " + "x".repeat(2 << 20)))
        .singleElement()
        .isEqualTo("FILE: the configuration file is larger than 1MiB");
    assertThat(problemsIn("name: " + "[".repeat(100) + "]".repeat(100)))
        .singleElement()
        .asString()
        .contains("Nesting Depth exceeded");
  }

  @Test
  void endsOnAMappingThatHoldsItself() throws IOException {
    assertThat(problemsIn("http: &h {port: *h}"))
        .singleElement()
        .asString()
        .startsWith("http.port: a mapping");
    assertThat(problemsIn("runtimes: &r {process: *r}"))
        .singleElement()
        .asString()
        .startsWith("runtimes.process.process: a mapping");
    assertThat(problemsIn("\"\": &r {\"\": *r}")).isNotEmpty();
  }

  @Test
  void reportsAllProblemsTogether() throws IOException {
    Path file =
        Files.writeString(folder.resolve("box.yaml"), "nmae: a\nload: {suspect-after: x}\n");
    assertThat(
            problems(
                file,
                Map.of("STARLING_HTTP_PORT", "x", "STARLING_A", "b"),
                "routing.hops=99",
                "invoker.slots=0",
                "oops"))
        .extracting(line -> line.substring(0, line.indexOf(':')))
        .containsExactly(
            "nmae",
            "load.suspect-after",
            "STARLING_A",
            "http.port",
            "--set",
            "routing.hops",
            "invoker.slots");
  }

  @Test
  void refusesAWrongFileEvenWhereItIsOverridden() throws IOException {
    Path file = Files.writeString(folder.resolve("box.yaml"), "http: {port: x}\n");
    assertThat(problems(file, Map.of(), "http.port=8080"))
        .singleElement()
        .asString()
        .contains("\"x\" from " + file);
  }

  @Test
  void neverShowsASecret() throws IOException {
    Catalogue guarded = new Catalogue(Guarded.class);
    assertThatExceptionOfType(InvalidConfig.class)
        .isThrownBy(
            () ->
                ConfigLoader.load(
                    Guarded.class,
                    guarded,
                    null,
                    Map.of("STARLING_API_TOKEN", "hush1", "STARLING_MY_SECRET", "hush2"),
                    List.of("admin-pasword=ok", "db-password=hush3", "the-token hush4")))
        .withMessageContaining("api-token: \"***\" from STARLING_API_TOKEN")
        .withMessageContaining("STARLING_MY_SECRET: \"***\"")
        .withMessageContaining("db-password: \"***\"")
        .withMessageContaining("--set: \"***\"")
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("hush"));
    assertThatExceptionOfType(InvalidConfig.class)
        .isThrownBy(
            () ->
                ConfigLoader.load(
                    Guarded.class, guarded, null, Map.of(), List.of("admin-password=hush5")))
        .withMessage("admin-password: \"***\" from --set is not allowed; it must be short");
    assertThat(problemsIn("secret: 'hush", "hush2")).noneMatch(line -> line.contains("hush"));
  }

  @Test
  void showsLongValuesShortAndOnOneLine() {
    assertThat(problemsWithSet("http.port=a\nb" + "c".repeat(500)))
        .singleElement()
        .asString()
        .startsWith("http.port: \"a bccc")
        .hasSizeLessThan(200);
  }
}
