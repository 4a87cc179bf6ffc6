package edge.starling.verticles.invoker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes that outlive a node which was killed: those that do not see its end by themselves. The
 * latest of a function's is noted in its folder, and ended before the next one starts. Every method
 * blocks.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  private static final String NOTE = "process";
  private static final long PATIENCE_SECONDS = 5;

  private Leftovers() {}

  /**
   * @param folder the runtime's own, of the function
   */
  static void note(Path folder, long pid) {
    Optional<Instant> started = ProcessHandle.of(pid).flatMap(it -> it.info().startInstant());
    try {
      if (started.isPresent()) {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(NOTE), pid + " " + started.get().toEpochMilli());
      }
    } catch (IOException e) {
      LOG.warn("process {} would outlive the node's death: {}", pid, e.toString());
    }
  }

  /** Ends the process that is noted there and all that it has started, if it still is the one. */
  static void end(Path folder) {
    try {
      Path note = folder.resolve(NOTE);
      if (Files.exists(note)) {
        List<String> words = List.of(Files.readString(note).strip().split(" "));
        find(Long.parseLong(words.get(0)), Long.parseLong(words.get(1))).ifPresent(Leftovers::end);
        Files.delete(note);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("what the node had left behind may still run: {}", e.toString());
    }
  }

  private static Optional<ProcessHandle> find(long pid, long startedMillis) {
    return ProcessHandle.of(pid)
        .filter(
            it ->
                it.info()
                    .startInstant()
                    .map(start -> start.toEpochMilli() == startedMillis)
                    .orElse(false));
  }

  private static void end(ProcessHandle process) {
    List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process)).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture.allOf(
            all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
    LOG.info("process {}, which the node had left behind, is ended", process.pid());
  }
}
