package edge.starling.verticles.routing;

import edge.starling.codecs.messages.FunctionName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What is remembered for each function; of many functions, for those that were used last. Confined
 * to one thread.
 */
final class PerFunction<S> {
  private static final int MOST = 10_000;

  private final Supplier<S> made;
  private final Map<FunctionName, S> states =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<FunctionName, S> eldest) {
          return size() > MOST;
        }
      };

  /**
   * @param made what a function begins with
   */
  PerFunction(Supplier<S> made) {
    this.made = made;
  }

  S of(FunctionName function) {
    return states.computeIfAbsent(function, name -> made.get());
  }

  Map<FunctionName, S> all() {
    return states;
  }
}
