package edge.starling.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the key that somebody may have meant: the nearest by the number of characters to add,
 * remove, replace or swap with the next (the restricted Damerau-Levenshtein distance, "optimal
 * string alignment").
 */
final class NearestKey {
  private NearestKey() {}

  /** None where more than a third of the key would have to change. */
  static Optional<String> of(String key, Collection<String> known) {
    String written = key.toLowerCase(Locale.ROOT);
    Optional<String> lastPart = known.stream().filter(k -> k.endsWith("." + written)).findFirst();
    return lastPart.or(
        () ->
            known.stream()
                .filter(k -> distance(written, lower(k)) <= Math.max(1, key.length() / 3))
                .min(Comparator.comparingInt(k -> distance(written, lower(k)))));
  }

  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }

  private static String lower(String key) {
    return key.toLowerCase(Locale.ROOT);
  }
}
