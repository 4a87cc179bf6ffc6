package edge.starling.verticles.bodies;

import edge.starling.codecs.messages.BodiesMessage;
import edge.starling.codecs.messages.Bytes;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bodies in memory, each under a key and until its time is up, together at most a given number of
 * bytes. Confined to one event loop, but for {@link #heldBytes}.
 */
final class KeptBodies {
  private final long limit;
  private final LongSupplier nanoTime;
  private final Supplier<String> keys;
  private final Map<String, Kept> bodies = new HashMap<>();
  private final AtomicLong held = new AtomicLong();

  private record Kept(Bytes bytes, long dropAt) {}

  /**
   * @param limit in bytes
   * @param keys gives a new one each time
   */
  KeptBodies(long limit, LongSupplier nanoTime, Supplier<String> keys) {
    this.limit = limit;
    this.nanoTime = nanoTime;
    this.keys = keys;
  }

  /** The body's key; null where there is no room for it. */
  @Nullable String keep(Bytes bytes, Duration atMost) {
    if (held.get() + bytes.length() > limit) {
      dropExpired();
    }
    if (held.get() + bytes.length() > limit) {
      return null;
    }
    String key = keys.get();
    bodies.put(key, new Kept(bytes, nanoTime.getAsLong() + atMost.toNanos()));
    held.addAndGet(bytes.length());
    return key;
  }

  /** What begins at the offset; empty at the end or beyond; null for an unknown key. */
  @Nullable Bytes piece(String key, long offset) {
    Kept kept = bodies.get(key);
    if (kept == null || offset < 0 || isOver(kept)) {
      return null;
    }
    int from = (int) Math.min(offset, kept.bytes.length());
    int to = Math.min(kept.bytes.length(), from + BodiesMessage.PIECE_BYTES);
    return from == 0 && to == kept.bytes.length()
        ? kept.bytes
        : Bytes.wrap(Arrays.copyOfRange(kept.bytes.array(), from, to));
  }

  /** Harmless for an unknown key. */
  void release(String key) {
    Kept kept = bodies.remove(key);
    if (kept != null) {
      held.addAndGet(-kept.bytes.length());
    }
  }

  void dropExpired() {
    bodies.entrySet().stream()
        .filter(entry -> isOver(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::release);
  }

  /** From any thread. */
  long heldBytes() {
    return held.get();
  }

  private boolean isOver(Kept kept) {
    return nanoTime.getAsLong() - kept.dropAt >= 0;
  }
}
