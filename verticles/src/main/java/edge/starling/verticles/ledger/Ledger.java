package edge.starling.verticles.ledger;

import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.LedgerMessage.Change;
import edge.starling.codecs.messages.LedgerMessage.Kind;
import edge.starling.codecs.messages.LedgerMessage.Line;
import edge.starling.codecs.messages.LedgerMessage.Provided;
import edge.starling.codecs.messages.NodeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The lines that this node knows, what is erased among them: the highest of each name. Erased ones
 * are forgotten in the end. Confined to one event loop.
 */
final class Ledger {
  private static final Comparator<Line> ORDER =
      Comparator.comparingLong(Line::counter)
          .thenComparing(line -> line.writer().name())
          .thenComparing(line -> line.writer().incarnation());

  private final NodeId self;
  private final Clock clock;
  private final Duration keepErased;
  private final int most;
  private final NavigableMap<Key, Line> lines = new TreeMap<>();

  private record Key(Kind kind, String name) implements Comparable<Key> {
    static Key of(Line line) {
      return new Key(line.kind(), line.name());
    }

    @Override
    public int compareTo(Key other) {
      int byKind = kind.compareTo(other.kind);
      return byKind != 0 ? byKind : name.compareTo(other.name);
    }
  }

  /** What became of a change, and the line that came of it. */
  record Written(Change change, @Nullable Line line) {}

  /**
   * @param keepErased how long an erased line is remembered
   * @param most lines that may stand
   */
  Ledger(NodeId self, Clock clock, Duration keepErased, int most) {
    this.self = self;
    this.clock = clock;
    this.keepErased = keepErased;
    this.most = most;
  }

  Written write(Kind kind, String name, Bytes content, Provided provided) {
    Line present = standing(kind, name);
    if ((provided == Provided.ABSENT && present != null)
        || (provided == Provided.PRESENT && present == null)) {
      return new Written(Change.NOT_SO, null);
    }
    if (present == null && lines.size() >= most && !makeRoom()) {
      return new Written(Change.FULL, null);
    }
    return new Written(Change.DONE, put(kind, name, false, content));
  }

  Written erase(Kind kind, String name) {
    return standing(kind, name) == null
        ? new Written(Change.NOT_SO, null)
        : new Written(Change.DONE, put(kind, name, true, Bytes.EMPTY));
  }

  /**
   * @return false where a higher one is known, or where it was erased long ago
   */
  boolean merge(Line line) {
    Line known = lines.get(Key.of(line));
    boolean counts = (known == null || ORDER.compare(line, known) > 0) && !isForgotten(line);
    if (counts) {
      lines.put(Key.of(line), line);
    }
    return counts;
  }

  /** In the order of the names. */
  List<Line> standing(Kind kind) {
    return lines.values().stream().filter(line -> line.kind() == kind && !line.erased()).toList();
  }

  /** What is erased as well. */
  List<Line> all() {
    lines.values().removeIf(this::isForgotten);
    return List.copyOf(lines.values());
  }

  private @Nullable Line standing(Kind kind, String name) {
    Line line = lines.get(new Key(kind, name));
    return line == null || line.erased() ? null : line;
  }

  private Line put(Kind kind, String name, boolean erased, Bytes content) {
    Key key = new Key(kind, name);
    Line before = lines.get(key);
    long counter = before == null ? 1 : before.counter() + 1;
    Line line = new Line(kind, name, counter, self, clock.instant(), erased, content);
    lines.put(key, line);
    return line;
  }

  private boolean makeRoom() {
    all();
    return lines.size() < most;
  }

  private boolean isForgotten(Line line) {
    Instant until = line.writtenAt().plus(keepErased);
    return line.erased() && clock.instant().isAfter(until);
  }
}
