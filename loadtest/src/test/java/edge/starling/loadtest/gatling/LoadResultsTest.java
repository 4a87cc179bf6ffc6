package edge.starling.loadtest.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadResultsTest {
  @TempDir private Path folder;

  @Test
  void readsWhatTheLogHasWritten() throws Exception {
    Path file = folder.resolve("calls.csv");
    try (CallLog log = CallLog.create(file)) {
      log.call("main", "n1", 5_002_000, 5_309_000, 200, "n2", "1", "", "");
      log.begin("main", 5_000_000);
      log.call("main", "n1", 4_999_000, 6_999_000, 0, "", "", "", "reset, by\npeer");
      log.begin("later", 9_000_000);
      log.call("later", "n2", 9_000_000, 9_001_000, 503, "n1", "0", "2", "");
    }
    LoadResults results = LoadResults.read(file);
    assertThat(results.of("main"))
        .containsExactly(
            new SentCall("n1", -1, 2_000, 0, "", 0, "", "reset  by peer"),
            new SentCall("n1", 2, 307, 200, "n2", 1, "", ""));
    assertThat(results.of("later"))
        .containsExactly(new SentCall("n2", 0, 1, 503, "n1", 0, "2", ""));
    assertThat(results.of("none")).isEmpty();
    assertThat(Files.readAllLines(file)).hasSize(5);
  }

  @Test
  void aLineOfAnUnknownPhaseIsAnError() {
    assertThatThrownBy(() -> LoadResults.parse(List.of("call,main,n1,1,1,200,n1,0,,")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no line of a known phase: call,main");
  }

  @Test
  void aLineThatWasCutOffIsAnError() {
    assertThatThrownBy(() -> LoadResults.parse(List.of("begin,main,1", "call,main,n1,1")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("call,main,n1,1");
  }
}
