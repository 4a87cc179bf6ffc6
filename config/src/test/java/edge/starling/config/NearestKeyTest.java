package edge.starling.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestKeyTest {
  private static final List<String> KEYS =
      ConfigLoader.settings().stream().map(Setting::key).toList();

  @ParameterizedTest
  @CsvSource({
    "htp.port, http.port",
    "http.prot, http.port",
    "http.ports, http.port",
    "http.maxBody, http.max-body",
    "HTTP.PORT, http.port",
    "load.updateinterval, load.update-interval",
    "drain-timout, drain-timeout",
    "runtime.process.enable, runtimes.process.enabled",
    "slots, invoker.slots"
  })
  void findsWhatWasMeant(String written, String meant) {
    assertThat(NearestKey.of(written, KEYS)).contains(meant);
  }

  @Test
  void suggestsNothingThatIsFarAway() {
    assertThat(NearestKey.of("x", KEYS)).isEmpty();
    assertThat(NearestKey.of("kafka.bootstrap-servers", KEYS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'', '', 0", "abc, abc, 0", "abc, '', 3", "abcd, acbd, 1", "kitten, sitting, 3"})
  void countsAdditionsRemovalsReplacementsAndSwaps(String a, String b, int distance) {
    assertThat(NearestKey.distance(a, b)).isEqualTo(distance);
    assertThat(NearestKey.distance(b, a)).isEqualTo(distance);
  }
}
