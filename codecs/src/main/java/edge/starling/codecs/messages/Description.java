package edge.starling.codecs.messages;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
    PROCESS,
    /** The OpenFaaS gateway that the node is configured with. */
    OPENFAAS
  }

  /** What the handler is, told from its bytes and its file name. */
  public enum Form {
    WASM,
    PYTHON,
    EXECUTABLE,
    /** A file that holds the name of an OCI image. */
    IMAGE,
    /**
     * As IMAGE, of a function that the gateway had before: it is neither made nor removed there.
     */
    ADOPTED
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
   * @param openFaas what a client of OpenFaaS said of it; null where none did
   */
  public record Settings(
      RuntimeKind runtime,
      int memoryMiB,
      Duration timeout,
      Map<String, String> env,
      Map<String, String> labels,
      @Nullable Capacity capacity,
      @Nullable String policy,
      @Nullable OpenFaas openFaas) {
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

    /** Without anything that only clients of OpenFaaS say. */
    public Settings(
        RuntimeKind runtime,
        int memoryMiB,
        Duration timeout,
        Map<String, String> env,
        Map<String, String> labels,
        @Nullable Capacity capacity,
        @Nullable String policy) {
      this(runtime, memoryMiB, timeout, env, labels, capacity, policy, null);
    }

    public Settings {
      env = Map.copyOf(env);
      labels = Map.copyOf(labels);
    }
  }

  /**
   * What a client of OpenFaaS says of a function beyond our own settings: kept, and shown to it
   * again.
   *
   * @param image as the client wrote it; null once the code came in another way
   * @param envProcess the command that an image would run
   * @param constraints on the nodes, such as {@code zone=a}
   * @param secrets the names of those that the function may read
   */
  public record OpenFaas(
      @Nullable String image,
      @Nullable String envProcess,
      List<String> constraints,
      List<String> secrets,
      Map<String, String> annotations,
      @Nullable Resources limits,
      @Nullable Resources requests,
      boolean readOnlyRootFilesystem) {
    public OpenFaas {
      constraints = List.copyOf(constraints);
      secrets = List.copyOf(secrets);
      annotations = Map.copyOf(annotations);
    }

    /** An image, and nothing else. */
    public static OpenFaas ofImage(String image) {
      return new OpenFaas(image, null, List.of(), List.of(), Map.of(), null, null, false);
    }

    /** The same of other code. */
    public OpenFaas withoutImage() {
      return new OpenFaas(
          null,
          envProcess,
          constraints,
          secrets,
          annotations,
          limits,
          requests,
          readOnlyRootFilesystem);
    }
  }

  /**
   * Amounts as Kubernetes writes them.
   *
   * @param memory such as {@code 64Mi}
   * @param cpu such as {@code 100m}
   */
  public record Resources(@Nullable String memory, @Nullable String cpu) {}
}
