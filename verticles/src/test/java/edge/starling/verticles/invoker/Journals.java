package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvokerMessage.LogLine;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Journals for tests, and what is in them. */
final class Journals {
  private Journals() {}

  static Journal small() {
    return new Journal(
        1 << 16, 1 << 18, Clock.systemUTC(), new LogMeters(new SimpleMeterRegistry()));
  }

  /** All that there is, without waiting. */
  static LogLines all(Journal journal, FunctionName function) {
    return journal.read(
        new ReadLog(function, 0, ReadLog.ALL, null, Integer.MAX_VALUE, Duration.ZERO));
  }

  static List<String> texts(Journal journal, FunctionName function) {
    return all(journal, function).lines().stream().map(LogLine::text).toList();
  }
}
