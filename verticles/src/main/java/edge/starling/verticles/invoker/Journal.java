package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvokerMessage.LogLine;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last lines that the functions on this node have logged, bounded for each function and for all
 * together: newer lines push out older ones. What a function has logged that is no longer here is
 * kept for {@link #KEPT_WHEN_GONE}. Thread-safe; taking a line is O(1).
 */
final class Journal {
  static final Duration KEPT_WHEN_GONE = Duration.ofHours(1);

  /** What a line takes beside its text. */
  static final int LINE_OVERHEAD = 128;

  /** How many bytes of lines go into one answer. */
  static final int PAGE_BYTES = 64 << 10;

  private final long functionBytes;
  private final long allBytes;
  private final Clock clock;
  private final LogMeters meters;
  private final Map<FunctionName, Log> logs = new HashMap<>();
  private final Set<Line> oldestFirst = new LinkedHashSet<>();
  private final Set<FunctionName> awaited = new HashSet<>();
  private volatile Consumer<FunctionName> wake = function -> {};
  private long bytes;
  private long firstNumber = 1;

  /** A line as it is kept: two are never equal. */
  private static final class Line {
    final Log log;
    final long number;
    final long atMillis;
    final String text;
    final int bytes;

    Line(Log log, long number, long atMillis, String text, int bytes) {
      this.log = log;
      this.number = number;
      this.atMillis = atMillis;
      this.text = text;
      this.bytes = bytes;
    }
  }

  private static final class Log {
    final FunctionName name;
    final long born;
    final Deque<Line> lines = new ArrayDeque<>();
    long next;
    long bytes;
    @Nullable Instant goneAt;

    Log(FunctionName name, long born, Instant goneAt) {
      this.name = name;
      this.born = born;
      this.next = born;
      this.goneAt = goneAt;
    }
  }

  /**
   * @param functionBytes of one function, more than any line has
   * @param allBytes of all functions, no less than that
   */
  Journal(long functionBytes, long allBytes, Clock clock, LogMeters meters) {
    this.functionBytes = functionBytes;
    this.allBytes = allBytes;
    this.clock = clock;
    this.meters = meters;
  }

  /** To be told, on whatever thread, that a function has a line that was awaited. */
  void onAwaited(Consumer<FunctionName> told) {
    wake = told;
  }

  /** Where this function's lines go, for as long as the node runs. */
  FunctionLog of(FunctionName function) {
    return (text, leftOut) -> add(function, clock.millis(), text, leftOut);
  }

  /** A line that was logged elsewhere, with its time there. */
  void take(FunctionName function, LogLine line) {
    int kept = Math.min(line.text().length(), LineStream.LIMIT);
    add(
        function,
        line.at().toEpochMilli(),
        line.text().substring(0, kept),
        line.text().length() - kept);
  }

  /** The function is here, or soon will be. */
  synchronized void came(FunctionName function) {
    log(function).goneAt = null;
  }

  /** The function is no longer here. */
  synchronized void went(FunctionName function) {
    log(function).goneAt = clock.instant();
  }

  /** Forgets the functions that have been gone for long. To be called from time to time. */
  synchronized void forgetOld() {
    Instant before = clock.instant().minus(KEPT_WHEN_GONE);
    for (Log log : List.copyOf(logs.values())) {
      if (log.goneAt != null && log.goneAt.isBefore(before)) {
        List.copyOf(log.lines).forEach(this::remove);
        forget(log);
      }
    }
  }

  /** What is here now. */
  synchronized LogLines read(ReadLog ask) {
    Log log = logs.get(ask.function());
    if (log == null) {
      return new LogLines(false, List.of(), 0, ask.from(), 0);
    }
    List<Line> wanted = wanted(log, ask);
    List<LogLine> lines = new ArrayList<>();
    int size = 0;
    for (Line line : wanted) {
      size += line.bytes;
      if (lines.size() == ask.most() || (size > PAGE_BYTES && !lines.isEmpty())) {
        break;
      }
      lines.add(new LogLine(Instant.ofEpochMilli(line.atMillis), line.text));
    }
    int left = wanted.size() - lines.size();
    long next = left == 0 ? log.next : wanted.get(lines.size()).number;
    return new LogLines(true, lines, left, Math.max(next, ask.from()), missed(log, ask.from()));
  }

  /** The same; where there is nothing to read yet, the next line of the function is awaited. */
  synchronized LogLines readOrAwait(ReadLog ask) {
    LogLines now = read(ask);
    if (now.known() && now.lines().isEmpty()) {
      awaited.add(ask.function());
    }
    return now;
  }

  private static List<Line> wanted(Log log, ReadLog ask) {
    if (ask.from() >= log.next) {
      return List.of();
    }
    Instant since = ask.since();
    long sinceMillis = since == null ? Long.MIN_VALUE : since.toEpochMilli();
    List<Line> wanted = new ArrayList<>();
    for (Line line : log.lines) {
      if (line.number >= ask.from() && line.atMillis >= sinceMillis) {
        wanted.add(line);
      }
    }
    int tail = ask.tail() == ReadLog.ALL ? wanted.size() : Math.min(ask.tail(), wanted.size());
    return wanted.subList(wanted.size() - tail, wanted.size());
  }

  /** Who asks from the beginning misses nothing. */
  private static long missed(Log log, long from) {
    long first = log.lines.isEmpty() ? log.next : log.lines.element().number;
    return from == 0 ? 0 : Math.max(0, first - Math.max(from, log.born));
  }

  private void add(FunctionName function, long atMillis, String text, long leftOut) {
    String marked = leftOut == 0 ? text : text + " … [" + leftOut + " bytes left out]";
    int size = LINE_OVERHEAD + marked.length() * (isLatin1(marked) ? 1 : 2);
    boolean wasAwaited;
    synchronized (this) {
      Log log = log(function);
      Line line = new Line(log, log.next++, atMillis, marked, size);
      while (log.bytes + line.bytes > functionBytes && !log.lines.isEmpty()) {
        drop(log.lines.element());
      }
      while (bytes + line.bytes > allBytes && !oldestFirst.isEmpty()) {
        drop(oldestFirst.iterator().next());
      }
      log.lines.add(line);
      log.bytes += line.bytes;
      bytes += line.bytes;
      oldestFirst.add(line);
      logs.putIfAbsent(function, log);
      wasAwaited = awaited.remove(function);
      meters.cut(leftOut);
      meters.holds(bytes);
    }
    if (wasAwaited) {
      wake.accept(function);
    }
  }

  private static boolean isLatin1(String text) {
    return text.chars().allMatch(character -> character < 256);
  }

  private Log log(FunctionName function) {
    return logs.computeIfAbsent(function, name -> new Log(name, firstNumber, clock.instant()));
  }

  private void drop(Line line) {
    meters.dropped(line.bytes - LINE_OVERHEAD);
    remove(line);
    if (line.log.goneAt != null && line.log.lines.isEmpty()) {
      forget(line.log);
    }
  }

  private void remove(Line line) {
    oldestFirst.remove(line);
    line.log.lines.remove();
    line.log.bytes -= line.bytes;
    bytes -= line.bytes;
  }

  /** Should the function come back, no number is given twice. */
  private void forget(Log log) {
    logs.remove(log.name, log);
    awaited.remove(log.name);
    firstNumber = Math.max(firstNumber, log.next);
    meters.holds(bytes);
  }
}
