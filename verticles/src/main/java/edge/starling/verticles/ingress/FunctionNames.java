package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.FunctionName;
import java.util.HashMap;
import java.util.Map;

/** Reads the names of functions in paths, and remembers the recent ones. Not thread-safe. */
final class FunctionNames {
  private static final int REMEMBERED = 1_024;

  private final Map<String, FunctionName> recent = new HashMap<>();

  /**
   * @throws Unacceptable 404: no function can have such a name
   */
  FunctionName read(String text) {
    FunctionName known = recent.get(text);
    return known != null ? known : remember(text);
  }

  private FunctionName remember(String text) {
    FunctionName name = parse(text);
    if (recent.size() >= REMEMBERED) {
      recent.clear();
    }
    recent.put(text, name);
    return name;
  }

  private static FunctionName parse(String text) {
    try {
      return FunctionName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Unacceptable(Problem.unknownFunction(String.valueOf(e.getMessage())));
    }
  }
}
