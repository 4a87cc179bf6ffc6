package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.FunctionName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The one version of each function that counts on this node. Changed on one event loop only;
 * counted from anywhere.
 */
final class Copies {
  private final Map<FunctionName, Copy> copies = new ConcurrentHashMap<>();

  @Nullable Copy of(FunctionName function) {
    return copies.get(function);
  }

  /** In place of any other version. */
  void put(Copy copy) {
    copies.put(copy.name(), copy);
  }

  void remove(FunctionName function) {
    copies.remove(function);
  }

  List<FunctionName> names() {
    return List.copyOf(copies.keySet());
  }

  long running() {
    return copies.values().stream().filter(Copy::running).count();
  }

  /** Where an artefact with this content lies. */
  Optional<Path> artefact(String sha256) {
    return copies.values().stream().flatMap(copy -> artefact(copy, sha256).stream()).findFirst();
  }

  private static Optional<Path> artefact(Copy copy, String sha256) {
    if (copy.description().handler().sha256().equals(sha256)) {
      return Optional.of(copy.handler());
    }
    Artefact requirements = copy.description().requirements();
    return requirements != null && requirements.sha256().equals(sha256)
        ? Optional.of(copy.folder().resolve(requirements.fileName()))
        : Optional.empty();
  }
}
