package edge.starling.loadtest.faults;

import edge.starling.loadtest.faults.Trouble.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** All that was broken during a run, and when. Thread-safe. */
final class Troubles {
  private static final Duration SHORTLY = Duration.ofSeconds(15);

  private final List<Trouble> all = new ArrayList<>();
  private final LongSupplier nanoTime;

  Troubles(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  synchronized void begin(Kind kind, Set<String> nodes) {
    all.add(new Trouble(kind, Set.copyOf(nodes), nanoTime.getAsLong(), Trouble.NOT_OVER));
  }

  /** Ends those of these kinds that these nodes have, if there are any. */
  synchronized void end(Set<Kind> kinds, Set<String> nodes) {
    long now = nanoTime.getAsLong();
    all.replaceAll(
        each ->
            each.until() == Trouble.NOT_OVER
                    && kinds.contains(each.kind())
                    && each.nodes().equals(nodes)
                ? new Trouble(each.kind(), each.nodes(), each.from(), now)
                : each);
  }

  /** Whether there was any of a kind in a call's time, or shortly before. */
  synchronized boolean touched(CallRecord call, Predicate<Trouble> which, Duration margin) {
    return all.stream()
        .filter(which)
        .anyMatch(each -> each.touches(call.sentAt(), call.endedAt(), margin.toNanos()));
  }

  synchronized List<Trouble> all() {
    return List.copyOf(all);
  }

  /** Those in a call's time or shortly before. */
  synchronized List<Trouble> around(CallRecord call) {
    return all.stream()
        .filter(each -> each.touches(call.sentAt(), call.endedAt(), SHORTLY.toNanos()))
        .toList();
  }
}
