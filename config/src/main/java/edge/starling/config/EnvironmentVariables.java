package edge.starling.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Settings from the environment: {@code STARLING_HTTP_MAX_BODY} for {@code http.max-body}. */
final class EnvironmentVariables {
  static final String PREFIX = "STARLING_";

  /** Names with our prefix that are no settings of a node. */
  static final Set<String> NO_SETTINGS =
      Set.of("STARLING_URL", "STARLING_USER", "STARLING_PASSWORD", "STARLING_PASSWORD_FILE");

  /**
   * What Kubernetes adds to each container for a service called starling or starling-something
   * ("service links").
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "STARLING_(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?"
              + "|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

  private static final Pattern SERVICE_LINK_PORT_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Map<String, Catalogue.Entry> settings;
  private final Problems problems;

  EnvironmentVariables(Catalogue catalogue, Problems problems) {
    this.settings =
        catalogue.entries().stream()
            .collect(Collectors.toMap(entry -> name(entry.key()), entry -> entry));
    this.problems = problems;
  }

  /** The variable for a key. */
  static String name(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  List<Given> read(Map<String, String> environment) {
    List<Given> given = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && !isForOthers(name, value)) {
                read(name, value, given);
              }
            });
    return given;
  }

  private void read(String name, String value, List<Given> given) {
    Catalogue.Entry entry = settings.get(name);
    if (entry != null) {
      given.add(new Given(entry, value, "from " + name));
      return;
    }
    String hint =
        NearestKey.of(name, settings.keySet())
            .map(nearest -> "did you mean " + nearest + "?")
            .orElse("a setting such as http.port is " + name("http.port"));
    problems.add(name + ": " + Shown.value(name, value) + " sets no known setting; " + hint);
  }

  private static boolean isForOthers(String name, String value) {
    return NO_SETTINGS.contains(name)
        || SERVICE_LINK.matcher(name).matches()
        || (name.endsWith("_PORT") && SERVICE_LINK_PORT_VALUE.matcher(value).matches());
  }
}
