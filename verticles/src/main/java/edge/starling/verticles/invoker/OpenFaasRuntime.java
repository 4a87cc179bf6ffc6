package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.FunctionName;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Has the node's OpenFaaS gateway run functions. The gateway knows one version of a function, the
 * newest that is ready here: preparing a version puts it in the place of the one before, and when
 * it is let go of while that one is still there, that one comes back. Confined to the event loop.
 */
final class OpenFaasRuntime implements FunctionRuntime {
  private final OpenFaasClient client;
  private final int maxBodyBytes;
  private final Map<FunctionName, Deque<Version>> versions = new HashMap<>();
  private boolean closing;

  private record Version(Description description, String image) {}

  /**
   * @param client closed with the runtime
   * @param maxBodyBytes the largest answer
   */
  OpenFaasRuntime(OpenFaasClient client, int maxBodyBytes) {
    this.client = client;
    this.maxBodyBytes = maxBodyBytes;
  }

  @Override
  public CompletionStage<PreparedFunction> prepare(Description description, Path folder) {
    return image(description)
        .thenCompose(
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
            });
  }

  @Override
  public void resize(int slots) {
    // the gateway has limits of its own
  }

  /** What the gateway runs stays there: the node will start again. */
  @Override
  public void close() {
    closing = true;
    client.close();
  }

  private static CompletionStage<String> image(Description description) {
    OpenFaas said = description.settings().openFaas();
    if (description.form() == Form.IMAGE || description.form() == Form.ADOPTED) {
      return CompletableFuture.completedStage(
          Objects.requireNonNull(Objects.requireNonNull(said).image(), "an image"));
    }
    return CompletableFuture.failedStage(
        new Unfit("an OpenFaaS gateway runs images and Python handlers only"));
  }

  private PreparedFunction opened(Version version) {
    versions
        .computeIfAbsent(version.description.name(), name -> new ArrayDeque<>())
        .addLast(version);
    return new OpenFaasFunction(
        client, version.description.name(), maxBodyBytes, () -> closed(version));
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
