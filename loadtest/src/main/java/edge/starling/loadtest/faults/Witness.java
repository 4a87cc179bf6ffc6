package edge.starling.loadtest.faults;

import edge.starling.loadtest.servers.Deployment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * The function that is called: an executable that leaves a line behind each time that it runs,
 * works for as long as the call wants, and answers with the call's id, its own version and the
 * body.
 */
final class Witness {
  static final String CALL = "X-Fault-Call";
  static final String WORK = "X-Fault-Work";

  /** The line is appended by one write, so that lines of processes at once do not mix. */
  private static final String PROGRAM =
      """
      #!/bin/sh
      # version @VERSION@
      printf '%s %s %s\\n' "$Http_X_Fault_Call" "@VERSION@" "$PWD" >> "$RUNS"
      if [ -n "$Http_X_Fault_Work" ]; then sleep "$Http_X_Fault_Work"; fi
      printf '%s %s\\n' "$Http_X_Fault_Call" "@VERSION@"
      if [ "$Http_Content_Length" -gt 0 ]; then exec cat; fi
      """;

  private Witness() {}

  /**
   * @param runs the file for the lines
   */
  static Deployment version(String name, int version, Path runs) {
    String program = PROGRAM.replace("@VERSION@", String.valueOf(version));
    return new Deployment(
        name + ".sh",
        program.getBytes(StandardCharsets.UTF_8),
        Map.of("name", name, "runtime", "process", "env", "RUNS=" + runs.toAbsolutePath()));
  }

  /** How an answer begins, up to the end of its first line. */
  static String firstLine(String call, int version) {
    return call + " " + version;
  }
}
