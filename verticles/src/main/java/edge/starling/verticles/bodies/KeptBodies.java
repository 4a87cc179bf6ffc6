package edge.starling.verticles.bodies;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.BodiesMessage;
import edge.starling.codecs.messages.BodiesMessage.Keep;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bodies in memory, each under a key, until they are released, nobody has read them for too long,
 * or their reader is gone. Confined to one event loop, but for {@link #keptBytes}.
 */
final class KeptBodies {
  private final BytesInFlight inFlight;
  private final LongSupplier nanoTime;
  private final Supplier<String> keys;
  private final Map<String, Kept> bodies = new HashMap<>();
  private final AtomicLong keptBytes = new AtomicLong();

  private final class Kept {
    private final Keep keep;
    private final BytesInFlight.Share held;
    private long idleSince = nanoTime.getAsLong();
    private boolean begun;

    private Kept(Keep keep, BytesInFlight.Share held) {
      this.keep = keep;
      this.held = held;
    }

    private boolean isOver() {
      Duration patience = begun ? keep.unreadFor() : keep.beginWithin();
      return nanoTime.getAsLong() - idleSince >= patience.toNanos();
    }
  }

  /**
   * @param keys gives a new one each time
   */
  KeptBodies(BytesInFlight inFlight, LongSupplier nanoTime, Supplier<String> keys) {
    this.inFlight = inFlight;
    this.nanoTime = nanoTime;
    this.keys = keys;
  }

  /** The body's key. */
  String keep(Keep keep) {
    BytesInFlight.Share held = inFlight.open();
    if (!keep.counted()) {
      held.add(keep.bytes().length());
    }
    String key = keys.get();
    bodies.put(key, new Kept(keep, held));
    keptBytes.addAndGet(keep.bytes().length());
    return key;
  }

  /** What begins at the offset; empty at the end or beyond; null for an unknown key. */
  @Nullable Bytes piece(String key, long offset) {
    Kept kept = bodies.get(key);
    if (kept == null || offset < 0 || kept.isOver()) {
      return null;
    }
    kept.idleSince = nanoTime.getAsLong();
    kept.begun = true;
    Bytes bytes = kept.keep.bytes();
    int from = (int) Math.min(offset, bytes.length());
    int to = Math.min(bytes.length(), from + BodiesMessage.PIECE_BYTES);
    return from == 0 && to == bytes.length()
        ? bytes
        : Bytes.wrap(Arrays.copyOfRange(bytes.array(), from, to));
  }

  /** Harmless for an unknown key. */
  void release(String key) {
    Kept kept = bodies.remove(key);
    if (kept != null) {
      kept.held.release();
      keptBytes.addAndGet(-kept.keep.bytes().length());
    }
  }

  void dropUnread() {
    dropIf(Kept::isOver);
  }

  /** The node reads no more. */
  void dropAllFor(NodeId reader) {
    dropIf(kept -> reader.equals(kept.keep.reader()));
  }

  /** From any thread. */
  long keptBytes() {
    return keptBytes.get();
  }

  private void dropIf(Predicate<Kept> isOver) {
    bodies.entrySet().stream()
        .filter(entry -> isOver.test(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::release);
  }
}
