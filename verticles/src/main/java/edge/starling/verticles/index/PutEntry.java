package edge.starling.verticles.index;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import edge.starling.codecs.messages.FunctionVersion;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts an entry where it takes precedence, on the member that owns the key, so that concurrent
 * writers cannot overwrite each other. Answers the entry that stands.
 */
final class PutEntry implements EntryProcessor<String, byte[], byte[]> {
  private static final long serialVersionUID = 1L;

  private final byte[] candidate;
  private final Precedence precedence;
  private final @Nullable String replacesHash;
  private final long replacesCounter;
  private final long keepMillis;

  /**
   * @param keepMillis how long the entry is kept; 0 for ever
   */
  PutEntry(
      byte[] candidate,
      Precedence precedence,
      @Nullable FunctionVersion replaces,
      long keepMillis) {
    this.candidate = candidate;
    this.precedence = precedence;
    this.replacesHash = replaces == null ? null : replaces.hash();
    this.replacesCounter = replaces == null ? 0 : replaces.counter();
    this.keepMillis = keepMillis;
  }

  @Override
  public byte[] process(Map.Entry<String, byte[]> entry) {
    byte[] present = entry.getValue();
    FunctionVersion replaces =
        replacesHash == null ? null : new FunctionVersion(replacesCounter, replacesHash);
    if (!precedence.stands(
        present == null ? null : StoredEntry.read(present),
        StoredEntry.read(candidate),
        replaces)) {
      return present;
    }
    ((ExtendedMapEntry<String, byte[]>) entry)
        .setValue(candidate, keepMillis, TimeUnit.MILLISECONDS);
    return candidate;
  }
}
