package edge.starling.codecs.messages;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a node needs to know to fetch, prepare and run one version of a function.
 *
 * @param handler the code
 * @param requirements what pip installs beside a Python handler
 * @param deployedAt when this version was taken in, by the clock of the node that did
 */
public record Description(
    FunctionName name,
    FunctionVersion version,
    Form form,
    Settings settings,
    Artefact handler,
    @Nullable Artefact requirements,
    Instant deployedAt) {
  public Description {
    deployedAt = deployedAt.truncatedTo(ChronoUnit.MILLIS); // as it travels
  }

  /** Where a function runs. */
  public enum RuntimeKind {
    /** WebAssembly within the node: sandboxed. */
    WASM,
    /** A local process: no sandbox. */
    PROCESS
  }

  /** What the handler is, told from its bytes and its file name. */
  public enum Form {
    WASM,
    PYTHON,
    EXECUTABLE
  }

  /**
   * A file of the function.
   *
   * @param fileName without folders
   * @param sha256 of its content, lower-case hex
   * @param length in bytes
   */
  public record Artefact(String fileName, String sha256, long length) {}

  /**
   * What the deployer chose.
   *
   * @param memoryMiB the most that one WebAssembly instance may have
   * @param timeout the most that one call may take
   * @param env for the function's environment; may hold secrets, so it is never logged
   * @param capacity of each provider for this function; null for the one in a node's configuration
   * @param policy that places its calls; null for the one in a node's configuration
   */
  public record Settings(
      RuntimeKind runtime,
      int memoryMiB,
      Duration timeout,
      Map<String, String> env,
      Map<String, String> labels,
      @Nullable Capacity capacity,
      @Nullable String policy) {
    public static final int DEFAULT_MEMORY_MIB = 16;

    /** All that WebAssembly can address. */
    public static final int MOST_MEMORY_MIB = 4096;

    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    /** With the nodes' own capacity and policy. */
    public Settings(
        RuntimeKind runtime,
        int memoryMiB,
        Duration timeout,
        Map<String, String> env,
        Map<String, String> labels) {
      this(runtime, memoryMiB, timeout, env, labels, null, null);
    }

    public Settings {
      env = Map.copyOf(env);
      labels = Map.copyOf(labels);
    }
  }
}
