package edge.starling.verticles.deployment;

import static edge.starling.codecs.messages.Description.Settings.DEFAULT_MEMORY_MIB;
import static edge.starling.codecs.messages.Description.Settings.DEFAULT_TIMEOUT;
import static edge.starling.codecs.messages.Description.Settings.MOST_MEMORY_MIB;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function's settings: what the deployer named, else what the function had, else the default.
 * Every problem is a {@link Refusal} that names the field.
 */
final class ChosenSettings {
  static final Duration SHORTEST = Duration.ofMillis(1);
  static final Duration LONGEST = Duration.ofHours(1);

  /** Characters of all environment variables, or of all labels, with their names. */
  static final int MOST_TEXT = 64 * 1024;

  private ChosenSettings() {}

  /**
   * @param present what the function has; null for a new one
   */
  static Settings of(Choices choices, @Nullable Settings present, Form form) {
    Settings before =
        present != null
            ? present
            : new Settings(
                RuntimeKind.WASM, DEFAULT_MEMORY_MIB, DEFAULT_TIMEOUT, Map.of(), Map.of());
    Settings settings =
        new Settings(
            runtime(choices.runtime(), present, form),
            choices.memoryMiB() != null ? choices.memoryMiB() : before.memoryMiB(),
            choices.timeout() != null ? choices.timeout() : before.timeout(),
            choices.env() != null ? choices.env() : before.env(),
            choices.labels() != null ? choices.labels() : before.labels(),
            capacity(choices.capacity(), before.capacity()),
            policy(choices.policy(), before.policy()),
            choices.openFaas() != null ? choices.openFaas() : before.openFaas());
    check(settings);
    return settings;
  }

  private static @Nullable Capacity capacity(@Nullable String chosen, @Nullable Capacity before) {
    if (chosen == null) {
      return before;
    }
    try {
      return chosen.equals(Choices.AS_THE_NODE) ? null : Capacity.parse(chosen);
    } catch (IllegalArgumentException e) {
      throw invalid("capacity", "it is " + e.getMessage() + ", or " + Choices.AS_THE_NODE);
    }
  }

  private static @Nullable String policy(@Nullable String chosen, @Nullable String before) {
    if (chosen == null) {
      return before;
    }
    return chosen.equals(Choices.AS_THE_NODE) ? null : chosen;
  }

  private static RuntimeKind runtime(
      @Nullable RuntimeKind chosen, @Nullable Settings present, Form form) {
    RuntimeKind wanted = chosen == null && present != null ? present.runtime() : chosen;
    return switch (form) {
      case EXECUTABLE -> ofExecutable(wanted);
      case PYTHON ->
          chosen == RuntimeKind.WASM
              ? refused("Python runs on process or openfaas only")
              : wanted == RuntimeKind.OPENFAAS ? RuntimeKind.OPENFAAS : RuntimeKind.PROCESS;
      case WASM ->
          chosen == null || chosen == RuntimeKind.WASM
              ? RuntimeKind.WASM
              : refused("a WebAssembly module runs on wasm only");
      case IMAGE, ADOPTED ->
          chosen == null || chosen == RuntimeKind.OPENFAAS
              ? RuntimeKind.OPENFAAS
              : refused("an image runs on openfaas only");
    };
  }

  private static RuntimeKind refused(String allowed) {
    throw invalid("runtime", allowed);
  }

  private static RuntimeKind ofExecutable(@Nullable RuntimeKind chosen) {
    if (chosen != RuntimeKind.PROCESS) {
      throw new Refusal(
          Cause.UNFIT,
          "the handler is neither a WebAssembly module (it begins with \\0asm) nor Python (its"
              + " name ends with .py); any other file is taken for an executable, which needs"
              + " runtime=process");
    }
    return RuntimeKind.PROCESS;
  }

  private static void check(Settings settings) {
    if (settings.memoryMiB() < 1 || settings.memoryMiB() > MOST_MEMORY_MIB) {
      throw invalid("memory_mb", "it is between 1 and " + MOST_MEMORY_MIB);
    }
    if (settings.timeout().compareTo(SHORTEST) < 0 || settings.timeout().compareTo(LONGEST) > 0) {
      throw invalid(
          "timeout_ms", "it is between " + SHORTEST.toMillis() + " and " + LONGEST.toMillis());
    }
    check("env", settings.env());
    check("labels", settings.labels());
    for (Map.Entry<String, String> variable : settings.env().entrySet()) {
      if (variable.getKey().indexOf('=') >= 0
          || variable.getKey().indexOf('\0') >= 0
          || variable.getValue().indexOf('\0') >= 0) {
        throw invalid("env", "a name has no '=', and neither name nor value has a zero character");
      }
    }
  }

  private static void check(String field, Map<String, String> map) {
    int text =
        map.entrySet().stream()
            .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
            .sum();
    if (text > MOST_TEXT || map.containsKey("")) {
      throw invalid(field, "names are not empty, and all together have at most 65536 characters");
    }
  }

  private static Refusal invalid(String field, String allowed) {
    return new Refusal(Cause.INVALID, field + ": " + allowed);
  }
}
