package edge.starling.verticles.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.Description.Resources;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentHashTest {
  private static final Artefact HANDLER = new Artefact("fn.py", "aa", 1);

  @Test
  void isTheSameWhateverTheOrderOfTheSettingsAndTheNamesOfTheFiles() {
    Map<String, String> one = new LinkedHashMap<>();
    one.put("a", "1");
    one.put("b", "2");
    Map<String, String> other = new LinkedHashMap<>();
    other.put("b", "2");
    other.put("a", "1");

    assertThat(hash(HANDLER, null, one))
        .isEqualTo(hash(new Artefact("x.py", "aa", 1), null, other));
    assertThat(hash(HANDLER, null, one)).matches("[0-9a-f]{64}");
  }

  @Test
  void tellsEveryPartOfTheContentApart() {
    Artefact requirements = new Artefact("requirements.txt", "bb", 1);

    assertThat(
            List.of(
                hash(HANDLER, null, Map.of()),
                hash(new Artefact("fn.py", "ab", 1), null, Map.of()),
                hash(HANDLER, requirements, Map.of()),
                hash(HANDLER, null, Map.of("a", "")),
                hash(HANDLER, null, Map.of("", "a")),
                hash(HANDLER, null, Map.of("ab", "c")),
                hash(HANDLER, null, Map.of("a", "bc")),
                own(Capacity.parse("rate:10"), null),
                own(Capacity.parse("rate:11"), null),
                own(null, "rate:10"),
                own(Capacity.parse("rate:10"), "round-robin"),
                said("image", List.of(), Map.of(), null),
                said(null, List.of(), Map.of(), null),
                said(null, List.of("secret"), Map.of(), null),
                said(null, List.of(), Map.of("a", "b"), null),
                said(null, List.of(), Map.of(), new Resources("64Mi", null)),
                said(null, List.of(), Map.of(), new Resources(null, "64Mi")),
                ContentHash.of(Form.EXECUTABLE, HANDLER, null, settings(Map.of())),
                ContentHash.of(
                    Form.PYTHON,
                    HANDLER,
                    null,
                    new Settings(
                        RuntimeKind.PROCESS, 17, Duration.ofSeconds(1), Map.of(), Map.of())),
                ContentHash.of(
                    Form.PYTHON,
                    HANDLER,
                    null,
                    new Settings(
                        RuntimeKind.PROCESS,
                        16,
                        Duration.ofSeconds(1),
                        Map.of(),
                        Map.of("a", "")))))
        .doesNotHaveDuplicates();
  }

  @Test
  void isWhatItAlwaysWasWithoutCapacityAndPolicy() {
    assertThat(hash(HANDLER, null, Map.of()))
        .isEqualTo("91c128ba652002175090e1ff93939560662519b31303a7bba37f1937e6ebc007");
  }

  private static String said(
      String image, List<String> secrets, Map<String, String> annotations, Resources limits) {
    return ContentHash.of(
        Form.PYTHON,
        HANDLER,
        null,
        new Settings(
            RuntimeKind.PROCESS,
            16,
            Duration.ofSeconds(1),
            Map.of(),
            Map.of(),
            null,
            null,
            new OpenFaas(image, null, List.of(), secrets, annotations, limits, null, false)));
  }

  private static String own(Capacity capacity, String policy) {
    return ContentHash.of(
        Form.PYTHON,
        HANDLER,
        null,
        new Settings(
            RuntimeKind.PROCESS, 16, Duration.ofSeconds(1), Map.of(), Map.of(), capacity, policy));
  }

  private static String hash(Artefact handler, Artefact requirements, Map<String, String> env) {
    return ContentHash.of(Form.PYTHON, handler, requirements, settings(env));
  }

  private static Settings settings(Map<String, String> env) {
    return new Settings(RuntimeKind.PROCESS, 16, Duration.ofSeconds(1), env, Map.of());
  }
}
