package edge.starling.codecs.messages;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the ledger takes and answers: what all nodes know beside functions. */
public sealed interface LedgerMessage extends BusMessage {
  /** The most bytes that a line's content may have. */
  int MOST_CONTENT = 64 * 1024;

  /** What a line is about. */
  enum Kind {
    /** A namespace; its content is JSON. */
    NAMESPACE,
    /** A secret, named {@code NAME.NAMESPACE}; its content is the secret itself. */
    SECRET
  }

  /** On what a change depends. */
  enum Provided {
    ANYHOW,
    ABSENT,
    PRESENT
  }

  /**
   * What stands under a name. Of two lines the one with the higher counter counts everywhere, and
   * of equal ones that of the node whose name comes later.
   *
   * @param counter one more than that of the line that it replaces, from 1
   * @param erased nothing stands there any more, and the content is empty
   * @param content may be secret, so it is never logged
   */
  record Line(
      Kind kind,
      String name,
      long counter,
      NodeId writer,
      Instant writtenAt,
      boolean erased,
      Bytes content) {
    public Line {
      writtenAt = writtenAt.truncatedTo(ChronoUnit.MILLIS); // as it travels
    }
  }

  /**
   * Write a line here and on every member that can be reached; the others get it when they can.
   *
   * @param content at most {@link #MOST_CONTENT} bytes
   */
  record WriteLine(Kind kind, String name, Bytes content, Provided provided)
      implements LedgerMessage {}

  /** Erase a line, if it is there. */
  record EraseLine(Kind kind, String name) implements LedgerMessage {}

  /** What became of a change. */
  enum Change {
    DONE,
    /** What it depended on was not so. */
    NOT_SO,
    /** There are too many lines. */
    FULL
  }

  record LineChanged(Change change) implements LedgerMessage {}

  /** What stands, as far as this node knows. */
  record AskLines(Kind kind) implements LedgerMessage {}

  /**
   * @param lines without what is erased, in the order of the names
   */
  record Lines(List<Line> lines) implements LedgerMessage {
    public Lines {
      lines = List.copyOf(lines);
    }
  }

  /**
   * To a member: these stand unless it knows higher ones.
   *
   * @param back who wants to be told in turn all that it knows; null for nobody
   */
  record SpreadLines(List<Line> lines, @Nullable NodeId back) implements LedgerMessage {
    public SpreadLines {
      lines = List.copyOf(lines);
    }
  }

  record LinesTaken() implements LedgerMessage {}

  /** Told within the node: lines of this kind have changed. */
  record LedgerChanged(Kind kind) implements LedgerMessage {}
}
