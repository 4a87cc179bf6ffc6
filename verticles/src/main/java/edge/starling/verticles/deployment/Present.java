package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.NodeId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What there is of a function when an operation begins: what the index knows, and what lies on this
 * node's disk and the index may not have heard of yet.
 *
 * @param live null where there is no such function
 * @param indexed the version that the index has, of the function or of its tombstone; null for none
 * @param highest the highest version there ever was; null for none
 * @param providers that live, this node among them where it is one
 */
record Present(
    @Nullable Description live,
    @Nullable FunctionVersion indexed,
    @Nullable FunctionVersion highest,
    List<NodeId> providers) {

  static Present of(Optional<Entry> entry, @Nullable Copy copy) {
    if (entry.isEmpty()) {
      return copy == null
          ? new Present(null, null, null, List.of())
          : new Present(copy.description(), null, copy.version(), List.of());
    }
    Entry known = entry.get();
    FunctionVersion indexed = known.description().version();
    if (copy != null && copy.version().compareTo(indexed) > 0) {
      return new Present(copy.description(), indexed, copy.version(), known.providers());
    }
    return new Present(
        known.deleted() ? null : known.description(), indexed, indexed, known.providers());
  }

  /** The version that a new content has. */
  FunctionVersion next(String contentHash) {
    return highest == null ? new FunctionVersion(1, contentHash) : highest.next(contentHash);
  }
}
