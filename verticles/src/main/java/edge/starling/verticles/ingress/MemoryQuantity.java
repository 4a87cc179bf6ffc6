package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.Description.Settings;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of memory as Kubernetes writes them: {@code 64Mi}, {@code 0.5G}, {@code 67108864}. */
final class MemoryQuantity {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)(Ki|Mi|Gi|Ti|k|M|G|T)?");
  private static final long MEBIBYTE = 1L << 20;
  private static final Map<String, Long> UNITS =
      Map.of(
          "Ki",
          1L << 10,
          "Mi",
          MEBIBYTE,
          "Gi",
          1L << 30,
          "Ti",
          1L << 40,
          "k",
          1_000L,
          "M",
          1_000_000L,
          "G",
          1_000_000_000L,
          "T",
          1_000_000_000_000L);

  private MemoryQuantity() {}

  /**
   * Rounded up.
   *
   * @param field for the message
   * @throws Unacceptable 400 for another form, and for what no function may have
   */
  static int mebibytes(String field, String text) {
    Matcher match = FORM.matcher(text);
    if (match.matches()) {
      long unit = match.group(2) == null ? 1 : UNITS.get(match.group(2));
      BigDecimal mebibytes =
          new BigDecimal(match.group(1))
              .multiply(BigDecimal.valueOf(unit))
              .divide(BigDecimal.valueOf(MEBIBYTE), 0, RoundingMode.UP);
      if (mebibytes.signum() > 0
          && mebibytes.compareTo(BigDecimal.valueOf(Settings.MOST_MEMORY_MIB)) <= 0) {
        return mebibytes.intValueExact();
      }
    }
    throw Unacceptable.malformed(
        field
            + " must be an amount such as 64Mi, more than 0 and at most "
            + Settings.MOST_MEMORY_MIB
            + "Mi, not \""
            + text
            + "\"");
  }
}
