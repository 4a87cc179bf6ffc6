package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.LedgerMessage.Line;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The secrets that functions may read, as this node knows them now. A function finds one called
 * {@code api-key} as {@code SECRET_API_KEY} in its environment; what no environment can hold, as
 * {@code SECRET_API_KEY_BASE64}. Thread-safe.
 */
final class Secrets {
  private static final String PREFIX = "SECRET_";
  private static final String ENCODED = "_BASE64";

  private volatile Map<String, Bytes> values = Map.of();

  /** In place of all that were known. */
  void set(List<Line> lines) {
    values = lines.stream().collect(Collectors.toUnmodifiableMap(Line::name, Line::content));
  }

  /**
   * The function's own environment, and the secrets that it names, as they are when it is asked.
   */
  Supplier<Map<String, String>> environment(Description description) {
    Map<String, String> env = description.settings().env();
    OpenFaas said = description.settings().openFaas();
    List<String> names = said == null ? List.of() : said.secrets();
    String namespace = description.name().namespace();
    return names.isEmpty() ? () -> env : () -> with(env, names, namespace);
  }

  private Map<String, String> with(Map<String, String> env, List<String> names, String namespace) {
    Map<String, Bytes> now = values;
    Map<String, String> all = new HashMap<>(env);
    for (String name : names) {
      Bytes value = now.get(name + "." + namespace);
      if (value != null) {
        put(all, PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_'), value);
      }
    }
    return all;
  }

  private static void put(Map<String, String> all, String variable, Bytes value) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value.array())).toString();
      if (text.indexOf(0) < 0) {
        all.put(variable, text);
        return;
      }
    } catch (CharacterCodingException e) {
      // it is no text
    }
    all.put(variable + ENCODED, Base64.getEncoder().encodeToString(value.array()));
  }
}
