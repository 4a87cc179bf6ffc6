package edge.starling.loadtest.gatling;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What Gatling sends: phases one after the other.
 *
 * @param body of every POST
 * @param patienceMillis a call that gets no answer for so long is an error
 */
public record LoadPlan(String body, int patienceMillis, List<Phase> phases) {
  private static final String BODY = "Hello";
  private static final int PATIENCE_MILLIS = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  public LoadPlan {
    phases = List.copyOf(phases);
  }

  /** With a small body. */
  public static LoadPlan of(List<Phase> phases) {
    return new LoadPlan(BODY, PATIENCE_MILLIS, phases);
  }

  static LoadPlan read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), LoadPlan.class);
  }

  void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), this);
  }
}
