package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.FunctionName;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Has the node's OpenFaaS gateway run functions. The gateway knows one version of a function, the
 * newest that is ready here: preparing a version puts it in the place of the one before, and when
 * it is let go of while that one is still there, that one comes back. Confined to the event loop.
 */
final class OpenFaasRuntime implements FunctionRuntime {
  private static final int MOST_BUILDS_WAITING = 64;

  private final OpenFaasClient client;
  private final ImageBuilder images;
  private final Journal journal;
  private final Processes processes;
  private final Executor eventLoop;
  private final int maxBodyBytes;
  private final ThreadPoolExecutor builds =
      new ThreadPoolExecutor(
          1,
          1,
          1,
          TimeUnit.MINUTES,
          new ArrayBlockingQueue<>(MOST_BUILDS_WAITING),
          task -> {
            Thread thread = new Thread(task, "starling-images");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<FunctionName, Deque<Version>> versions = new HashMap<>();
  private boolean closing;

  private record Version(Description description, String image) {}

  /**
   * @param client closed with the runtime
   * @param images of functions that come as code
   * @param processes that the images are made with; closed with the runtime
   * @param maxBodyBytes the largest answer
   */
  OpenFaasRuntime(
      OpenFaasClient client,
      ImageBuilder images,
      Processes processes,
      Journal journal,
      Executor eventLoop,
      int maxBodyBytes) {
    this.client = client;
    this.images = images;
    this.processes = processes;
    this.journal = journal;
    this.eventLoop = eventLoop;
    builds.allowCoreThreadTimeOut(true);
    this.maxBodyBytes = maxBodyBytes;
  }

  @Override
  public CompletionStage<PreparedFunction> prepare(Description description, Path folder) {
    return image(description, folder)
        .thenComposeAsync(
            image -> {
              Version version = new Version(description, image);
              return client
                  .install(description, image)
                  .thenApply(installed -> opened(version))
                  .whenComplete(
                      (function, error) -> {
                        if (error != null) {
                          restore(description.name());
                        }
                      });
            },
            eventLoop);
  }

  @Override
  public void resize(int slots) {
    // the gateway has limits of its own
  }

  /** What the gateway runs stays there: the node will start again. */
  @Override
  public void close() {
    closing = true;
    builds.shutdownNow();
    processes.close();
    client.close();
  }

  private CompletionStage<String> image(Description description, Path folder) {
    OpenFaas said = description.settings().openFaas();
    return switch (description.form()) {
      case IMAGE, ADOPTED ->
          CompletableFuture.completedStage(
              Objects.requireNonNull(Objects.requireNonNull(said).image(), "an image"));
      case PYTHON ->
          CompletableFuture.supplyAsync(
              () -> images.build(description, folder, journal.of(description.name())), builds);
      case WASM, EXECUTABLE ->
          CompletableFuture.failedStage(
              new Unfit("an OpenFaaS gateway runs images and Python handlers only"));
    };
  }

  private PreparedFunction opened(Version version) {
    versions
        .computeIfAbsent(version.description.name(), name -> new ArrayDeque<>())
        .addLast(version);
    return new OpenFaasFunction(
        client,
        version.description.name(),
        maxBodyBytes,
        journal.of(version.description.name()),
        () -> closed(version));
  }

  private void closed(Version version) {
    FunctionName function = version.description.name();
    Deque<Version> open = versions.get(function);
    if (closing || open == null) {
      return;
    }
    boolean newest = version.equals(open.peekLast());
    open.remove(version);
    if (open.isEmpty()) {
      versions.remove(function);
      client.uninstall(version.description);
    } else if (newest) {
      restore(function);
    }
  }

  private void restore(FunctionName function) {
    Deque<Version> open = versions.get(function);
    if (open != null && !closing) {
      Version before = open.getLast();
      client.restore(before.description, before.image);
    }
  }
}
