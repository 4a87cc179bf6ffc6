package edge.starling.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What is written of settings is read back as the same settings. */
class AssignmentsRoundTripTest {
  private static final Catalogue SAMPLE = new Catalogue(ConfigLoaderTest.Sample.class);

  private static NodeConfig load(List<String> assignments) {
    return ConfigLoader.load(null, Map.of(), assignments);
  }

  @Test
  void theDefaultsComeBack() {
    NodeConfig defaults = load(List.of());
    List<String> assignments = ConfigLoader.assignments(defaults);
    assertThat(assignments)
        .hasSameSizeAs(ConfigLoader.settings())
        .contains("http.max-body=32MiB", "capacity.rate=100", "cluster.join=[]", "name=");
    assertThat(load(assignments)).isEqualTo(defaults);
  }

  @Test
  void everySettingComesBackThatIsNotItsDefault() {
    List<String> given =
        List.of(
            "name=box",
            "data=/a b=c",
            "drain-timeout=90s",
            "http.host=::1",
            "http.port=0",
            "http.public-url=https://a.example/b",
            "http.max-body=1",
            "http.bytes-in-flight=3MiB",
            "http.max-connections=9",
            "http.idle-timeout=1.5ms",
            "http.basic-auth.enabled=true",
            "http.basic-auth.user=u",
            "http.basic-auth.user-file=/u",
            "http.basic-auth.password=p=:",
            "http.basic-auth.password-file=/p",
            "cluster.name=x",
            "cluster.host=h",
            "cluster.port=1",
            "cluster.bus-port=2",
            "cluster.public-address=[::1]:3",
            "cluster.bus-public-address=b:4",
            "cluster.join=a:1,[::1]:2",
            "cluster.multicast=true",
            "cluster.kubernetes-service=k",
            "cluster.alone-after=0s",
            "index.patience=1.000001s",
            "index.keep-deleted=3650d",
            "routing.policy=static:here=0.6",
            "routing.hops=16",
            "manycall.policy=round-robin",
            "manycall.concurrency=1",
            "manycall.max-items=2",
            "manycall.max-body=3KiB",
            "manycall.buffer=1025",
            "manycall.at-once=3",
            "capacity.kind=rate",
            "capacity.rate=0.001",
            "capacity.cpu=0.123456789",
            "capacity.own-first=false",
            "invoker.slots=1",
            "invoker.queue=0",
            "invoker.memory-mib=7",
            "logs.function-bytes=32KiB",
            "logs.all-bytes=33KiB",
            "logs.readers=1",
            "process.python=/py 3",
            "process.workers=256",
            "process.start-timeout=1h",
            "process.install-timeout=2m",
            "process.kill-after=61s",
            "runtimes.process.enabled=true",
            "runtimes.openfaas.gateway=http://g:1/p",
            "runtimes.openfaas.user=g",
            "runtimes.openfaas.user-file=/g",
            "runtimes.openfaas.password=h",
            "runtimes.openfaas.password-file=/h",
            "runtimes.openfaas.adopt=all",
            "runtimes.openfaas.check-interval=1s",
            "runtimes.openfaas.ready-timeout=2s",
            "runtimes.openfaas.images.registry=r:5000/f",
            "runtimes.openfaas.images.base=b",
            "runtimes.openfaas.images.insecure=true",
            "runtimes.openfaas.images.user=i",
            "runtimes.openfaas.images.password=j",
            "runtimes.openfaas.images.password-file=/j",
            "deployment.max-artefact=1GiB",
            "deployment.take-over-timeout=1d",
            "load.update-interval=123ms",
            "load.suspect-after=400d",
            "load.slack-change=1");
    NodeConfig config = load(given);
    assertThat(given).hasSameSizeAs(ConfigLoader.settings());
    assertThat(ConfigLoader.assignments(config))
        .doesNotContainAnyElementsOf(ConfigLoader.assignments(load(List.of())));
    assertThat(load(ConfigLoader.assignments(config))).isEqualTo(config);
  }

  @Test
  void anyValueOfAnyTypeComesBack() {
    Random chance = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      ConfigLoaderTest.Sample sample = sample(chance);
      assertThat(
              ConfigLoader.load(
                  ConfigLoaderTest.Sample.class,
                  SAMPLE,
                  null,
                  Map.of(),
                  ConfigLoader.assignments(SAMPLE, sample)))
          .isEqualTo(sample);
    }
  }

  private static ConfigLoaderTest.Sample sample(Random chance) {
    return new ConfigLoaderTest.Sample(
        chance.nextInt(),
        chance.nextLong(),
        chance.nextGaussian() * Math.pow(10, chance.nextInt(-300, 300)),
        chance.nextBoolean(),
        word(chance) + " = " + word(chance),
        Duration.ofNanos(chance.nextLong(1L << chance.nextInt(1, 61))),
        new ByteSize(chance.nextLong(1L << chance.nextInt(1, 59))),
        ConfigLoaderTest.Choice.values()[chance.nextInt(2)],
        IntStream.range(0, chance.nextInt(4)).mapToObj(i -> word(chance)).toList(),
        new ConfigLoaderTest.Inner(chance.nextInt()));
  }

  private static String word(Random chance) {
    return Integer.toString(chance.nextInt(1 << 20), 36);
  }

  @Test
  void showsNumbersAndTruthValuesAsSuch() {
    Map<String, Object> tree =
        ConfigLoader.tree(load(List.of("runtimes.process.enabled=true", "cluster.join=a:1,b:2")));
    assertThat(tree.keySet()).startsWith("name", "data", "drain-timeout", "http", "cluster");
    assertThat(tree).containsEntry("drain-timeout", "30s");
    assertThat(tree.get("routing")).isEqualTo(Map.of("policy", "local-first", "hops", 1));
    assertThat(tree.get("capacity"))
        .isEqualTo(Map.of("kind", "slots", "rate", 100.0, "cpu", 0.9, "own-first", true));
    assertThat(tree.get("runtimes"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("process", Map.of("enabled", "true"));
    assertThat(tree.get("cluster"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("join", List.of("a:1", "b:2"));
  }
}
