package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.InvokerMessage.LogLine;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import edge.starling.codecs.messages.NodeId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lines that several nodes have of a function, by their time: what was there when they were
 * asked first, and nothing that came later. It holds one page of each node. Confined to one event
 * loop.
 */
final class LogMerge {
  private final Map<NodeId, Source> sources = new LinkedHashMap<>();
  private final int tail;
  private long all;

  /**
   * A line of a node.
   *
   * @param wanted it is among the last ones that are asked for
   */
  record Line(NodeId node, LogLine line, boolean wanted) {}

  private static final class Source {
    final Deque<LogLine> lines = new ArrayDeque<>();
    long left;
    long next;
  }

  /**
   * @param tail as in {@link LogQuery}
   */
  LogMerge(int tail) {
    this.tail = tail;
  }

  /** The first page of a node; all of them come before anything else. */
  void begin(NodeId node, LogLines first) {
    Source source = new Source();
    source.lines.addAll(first.lines());
    source.left = first.left();
    source.next = first.next();
    all += first.lines().size() + first.left();
    sources.put(node, source);
  }

  /** The node whose next page is needed; null when it can go on. */
  @Nullable NodeId lacking() {
    for (Map.Entry<NodeId, Source> entry : sources.entrySet()) {
      Source source = entry.getValue();
      if (source.lines.isEmpty() && source.left > 0) {
        return entry.getKey();
      }
    }
    return null;
  }

  /** From which number on the node's next page is. */
  long next(NodeId node) {
    Source source = sources.get(node);
    return source == null ? 0 : source.next;
  }

  /** The page that was lacking. What was pushed out meanwhile is gone, what has come is not due. */
  void add(NodeId node, LogLines page) {
    Source source = sources.get(node);
    if (source == null) {
      return;
    }
    long due = page.lines().isEmpty() ? 0 : Math.max(0, source.left - page.missed());
    List<LogLine> taken = page.lines().subList(0, (int) Math.min(due, page.lines().size()));
    all -= source.left - due;
    source.lines.addAll(taken);
    source.left = due - taken.size();
    source.next = page.next() - (page.lines().size() - taken.size());
  }

  /** What the node has beyond the pages that are here cannot be had. */
  void lost(NodeId node) {
    Source source = sources.get(node);
    if (source != null) {
      all -= source.left;
      source.left = 0;
    }
  }

  /** The next line while no page is lacking; null after the last. */
  @Nullable Line poll() {
    NodeId node = null;
    Source earliest = null;
    for (Map.Entry<NodeId, Source> entry : sources.entrySet()) {
      LogLine line = entry.getValue().lines.peek();
      if (line != null && (earliest == null || line.at().isBefore(earliest.lines.element().at()))) {
        node = entry.getKey();
        earliest = entry.getValue();
      }
    }
    if (node == null || earliest == null) {
      return null;
    }
    boolean wanted = tail == ReadLog.ALL || all <= tail;
    all--;
    return new Line(node, earliest.lines.remove(), wanted);
  }
}
