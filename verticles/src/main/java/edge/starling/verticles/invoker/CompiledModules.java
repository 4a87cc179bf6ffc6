package edge.starling.verticles.invoker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The compiled modules in use, by their content: versions with the same handler share one, and it
 * is dropped with its last user. Thread-safe.
 */
final class CompiledModules {
  private final Executor compilers;
  private final Map<String, Shared> bySha256 = new HashMap<>();

  private static final class Shared {
    final CompletableFuture<CompiledModule> module;
    int users;

    Shared(CompletableFuture<CompiledModule> module) {
      this.module = module;
    }
  }

  CompiledModules(Executor compilers) {
    this.compilers = compilers;
  }

  /**
   * To be followed by one {@link #release}, unless it fails.
   *
   * @param file read only when no module with this content is in use
   * @return fails with {@link FunctionRuntime.Unfit} where the module cannot run here
   */
  synchronized CompletionStage<CompiledModule> acquire(String sha256, Path file) {
    Shared shared = bySha256.computeIfAbsent(sha256, key -> new Shared(load(file)));
    shared.users++;
    return shared.module.whenComplete(
        (module, error) -> {
          if (error != null) {
            release(sha256);
          }
        });
  }

  synchronized void release(String sha256) {
    Shared shared = bySha256.get(sha256);
    if (shared != null && --shared.users == 0) {
      bySha256.remove(sha256);
    }
  }

  synchronized int size() {
    return bySha256.size();
  }

  private CompletableFuture<CompiledModule> load(Path file) {
    return CompletableFuture.supplyAsync(() -> CompiledModule.load(file), compilers);
  }
}
