package edge.starling.verticles.ingress;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** Which methods the paths of the interface have; {@code {…}} in a path stands for one segment. */
final class AllowedMethods {
  private final Map<String, TreeSet<String>> byPath = new HashMap<>();

  void add(String template, String method) {
    byPath.computeIfAbsent(template, key -> new TreeSet<>()).add(method);
  }

  /** As {@code Allow} lists them; empty for a path that there is not. */
  String of(String path) {
    TreeSet<String> methods = new TreeSet<>();
    byPath.forEach(
        (template, allowed) -> {
          if (matches(template, path)) {
            methods.addAll(allowed);
          }
        });
    return String.join(", ", methods);
  }

  private static boolean matches(String template, String path) {
    String[] wanted = template.split("/", -1);
    String[] given = path.split("/", -1);
    if (wanted.length != given.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      boolean isOpen = wanted[i].startsWith("{") && !given[i].isEmpty();
      if (!isOpen && !wanted[i].equals(given[i])) {
        return false;
      }
    }
    return true;
  }
}
