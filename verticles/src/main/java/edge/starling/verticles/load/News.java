package edge.starling.verticles.load;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.LoadMessage.FunctionLoad;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.Occupancy;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a load is worth telling before the interval is over: the state of the node or of a
 * function is another one than was told, or slack has changed by a set share of the capacity. For
 * one thread.
 */
final class News {
  private double share;
  private @Nullable LoadReport told;

  /**
   * @param share of the capacity, above 0
   */
  News(double share) {
    this.share = share;
  }

  void setShare(double share) {
    this.share = share;
  }

  void told(LoadReport report) {
    told = report;
  }

  boolean isIn(LoadReport now) {
    LoadReport before = told;
    if (before == null
        || before.state() != now.state()
        || !before.capacity().equals(now.capacity())) {
      return true;
    }
    double slots = now.occupancy().slots();
    if (differ(before.occupancy().freeSlots(), now.occupancy().freeSlots(), slots)) {
      return true;
    }
    Map<FunctionName, FunctionLoad> then = byName(before);
    Map<FunctionName, FunctionLoad> today = byName(now);
    return Stream.concat(before.functions().stream(), now.functions().stream())
        .anyMatch(
            load ->
                isNews(
                    then.getOrDefault(load.function(), idle(load)),
                    today.getOrDefault(load.function(), idle(load)),
                    before.occupancy(),
                    now.occupancy()));
  }

  /** As peers take a function that is not named. */
  private static FunctionLoad idle(FunctionLoad load) {
    return FunctionLoad.idle(load.function(), load.capacity());
  }

  private boolean isNews(FunctionLoad then, FunctionLoad today, Occupancy before, Occupancy now) {
    Capacity capacity = today.capacity();
    double whole = capacity.kind() == Capacity.Kind.RATE ? capacity.limit() : now.slots();
    return then.overloaded() != today.overloaded()
        || !then.capacity().equals(capacity)
        || differ(then.slackFor(null, before), today.slackFor(null, now), whole);
  }

  private boolean differ(double one, double other, double whole) {
    return Math.abs(one - other) >= share * whole;
  }

  private static Map<FunctionName, FunctionLoad> byName(LoadReport report) {
    Map<FunctionName, FunctionLoad> byName = new HashMap<>();
    report.functions().forEach(load -> byName.put(load.function(), load));
    return byName;
  }
}
