package edge.starling.verticles.index;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Announced;
import edge.starling.codecs.messages.IndexMessage.Announcements;
import edge.starling.codecs.messages.IndexMessage.ProviderWithdrawn;
import edge.starling.codecs.messages.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node provides, and the number of its newest change: the truth that every router's table
 * converges to. Confined to the index's event loop, but for {@link #provides}.
 */
final class OwnAnnouncements {
  private final NodeId self;
  private final Map<FunctionName, Description> provided = new ConcurrentHashMap<>();
  private long number;

  OwnAnnouncements(NodeId self) {
    this.self = self;
  }

  long number() {
    return number;
  }

  /** Whether it is this very version that is provided; from any thread. */
  boolean provides(Description description) {
    return description.version().equals(versionOf(description.name()));
  }

  /** The version that is provided; null where the function is not. */
  @Nullable FunctionVersion versionOf(FunctionName function) {
    Description description = provided.get(function);
    return description == null ? null : description.version();
  }

  /** The change to tell: this version in place of any before. */
  Announced add(Description description) {
    provided.put(description.name(), description);
    return new Announced(self, ++number, description);
  }

  /** The change to tell; nothing where the function was not provided. */
  Optional<ProviderWithdrawn> remove(FunctionName function) {
    return provided.remove(function) == null
        ? Optional.empty()
        : Optional.of(new ProviderWithdrawn(self, ++number, function));
  }

  Announcements all() {
    return new Announcements(self, number, List.copyOf(provided.values()));
  }
}
