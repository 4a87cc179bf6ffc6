package edge.starling.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceFileTest {
  private static final List<String> NODES = List.of("n1", "n2");

  @TempDir private Path folder;

  @Test
  void readsRatesInAnyOrder() throws Exception {
    Trace trace = read("second,node,rate\n2,n1,7\n0,n1, 5\n\n1,n2,3\n");
    assertThat(trace.rates()).isEqualTo(Map.of("n1", List.of(5, 0, 7), "n2", List.of(0, 3, 0)));
    assertThat(trace.seconds()).isEqualTo(3);
    assertThat(trace.first(2).rates()).isEqualTo(Map.of("n1", List.of(5, 0), "n2", List.of(0, 3)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,n1|line 2: has 2 columns",
        "x,n1,5|line 2: second \"x\" must be a whole number from 0 to 86399",
        "-1,n1,5|line 2: second \"-1\"",
        "0,n1,2001|line 2: rate \"2001\" must be a whole number from 0 to 2000",
        "0,n1,1.5|line 2: rate \"1.5\"",
        "0,n9,5|line 2: \"n9\" is no node; there are [n1, n2]"
      })
  void saysWhatIsWrongAndWhere(String line, String message) {
    assertThatThrownBy(() -> read("second,node,rate\n" + line + "\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aNodeHasOneRateInASecond() {
    assertThatThrownBy(() -> read("second,node,rate\n0,n1,1\n0,n1,2\n"))
        .hasMessageContaining("line 3: n1 is named twice in second 0");
  }

  @Test
  void theHeadingMustBeThere() {
    assertThatThrownBy(() -> read("0,n1,1\n"))
        .hasMessageContaining("line 1: must be the heading second,node,rate");
    assertThatThrownBy(() -> read("")).hasMessageContaining("line 1");
  }

  @Test
  void aTraceWithoutCallsIsRefused() {
    assertThatThrownBy(() -> read("second,node,rate\n0,n1,0\n")).hasMessageContaining("no calls");
  }

  @Test
  void aMissingFileIsTold() {
    assertThatThrownBy(() -> TraceFile.read(folder.resolve("none.csv"), NODES))
        .hasMessageContaining("none.csv is not there");
  }

  private Trace read(String text) throws IOException {
    Path file = folder.resolve("trace.csv");
    Files.writeString(file, text);
    return TraceFile.read(file, NODES);
  }
}
