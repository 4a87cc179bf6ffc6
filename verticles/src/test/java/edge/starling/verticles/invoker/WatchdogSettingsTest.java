package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WatchdogSettingsTest {
  @Test
  void startsAProcessForEachCallWithoutLimitsWhereNothingIsSaid() {
    WatchdogSettings none = new WatchdogSettings(false, null, null, 0, null);

    assertThat(WatchdogSettings.of(Map.of())).isEqualTo(none);
    assertThat(WatchdogSettings.of(Map.of("GREETING", "hi", "mode", " ", "max_inflight", "")))
        .isEqualTo(none);
    assertThat(none.upstreamPort()).isZero();
  }

  @Test
  void readsAllThatIsSaid() {
    WatchdogSettings settings =
        WatchdogSettings.of(
            Map.of(
                "mode", "http",
                "upstream_url", "http://127.0.0.1:5000",
                "ready_path", "/ready?deep=1",
                "max_inflight", "3",
                "exec_timeout", "1m30s",
                "read_timeout", "5s",
                "write_timeout", "5s"));

    assertThat(settings)
        .isEqualTo(
            new WatchdogSettings(
                true, "http://127.0.0.1:5000", "/ready?deep=1", 3, Duration.ofSeconds(90)));
    assertThat(settings.upstreamPort()).isEqualTo(5000);
  }

  @Test
  void zeroIsNoLimit() {
    assertThat(WatchdogSettings.of(Map.of("max_inflight", "0", "exec_timeout", "0s")))
        .isEqualTo(WatchdogSettings.of(Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"streaming", "serializing", "static", "afterburn", "HTTP", "fork"})
  void refusesOtherModesAndSaysWhatIsAllowed(String mode) {
    assertUnfit("mode", mode, "http, for an executable that is started once and serves HTTP");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:5000", "http://127.0.0.1:5000/", "HTTP://127.0.0.1:1"})
  void takesAPortOfTheLoopbackAddress(String url) {
    assertThat(WatchdogSettings.of(Map.of("upstream_url", url)).upstreamUrl()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1",
        "https://127.0.0.1:5000",
        "http://10.0.0.1:5000",
        "http://example.com:5000",
        "http://127.0.0.1:5000/path",
        "http://127.0.0.1:5000?a=b",
        "http://127.0.0.1:5000/#a",
        "http://me@127.0.0.1:5000",
        "http://127.0.0.1:0",
        "http://127.0.0.1:65536",
        "http://127.0.0.1:-1",
        "127.0.0.1:5000",
        "5000",
        "a b"
      })
  void refusesEveryOtherUpstream(String url) {
    assertUnfit("upstream_url", url, "http://127.0.0.1:PORT");
  }

  @ParameterizedTest
  @CsvSource({
    "ready_path, ready, a path such as /ready",
    "ready_path, /a b, a path such as /ready",
    "ready_path, /a#b, a path such as /ready",
    "max_inflight, -1, a whole number of calls",
    "max_inflight, 1.5, a whole number of calls",
    "max_inflight, many, a whole number of calls",
    "max_inflight, 99999999999, a whole number of calls",
    "exec_timeout, soon, 'such as 500ms, 10s, 1m30s'",
    "exec_timeout, -1s, 'such as 500ms, 10s, 1m30s'",
    "read_timeout, soon, 'such as 500ms, 10s, 1m30s'",
    "write_timeout, soon, 'such as 500ms, 10s, 1m30s'"
  })
  void refusesWhatItCannotReadAndSaysWhatIsAllowed(String name, String value, String allowed) {
    assertUnfit(name, value, allowed);
  }

  private static void assertUnfit(String name, String value, String allowed) {
    assertThatThrownBy(() -> WatchdogSettings.of(Map.of(name, value)))
        .isInstanceOf(Unfit.class)
        .hasMessageStartingWith("env: " + name + " is ")
        .hasMessageContaining(allowed);
  }
}
