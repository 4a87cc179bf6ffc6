package edge.starling.config;

import java.util.ArrayList;
import java.util.List;

/** Settings from the command line: {@code --set key=value}; the last one for a key counts. */
final class Assignments {
  private static final String ORIGIN = "from --set";

  private final Catalogue catalogue;
  private final Problems problems;

  Assignments(Catalogue catalogue, Problems problems) {
    this.catalogue = catalogue;
    this.problems = problems;
  }

  List<Given> read(List<String> assignments) {
    List<Given> given = new ArrayList<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals <= 0) {
        problems.wrong(
            "--set", Shown.value(assignment, assignment), "on the command line", "key=value");
      } else {
        read(assignment.substring(0, equals), assignment.substring(equals + 1), given);
      }
    }
    return given;
  }

  private void read(String key, String value, List<Given> given) {
    Catalogue.Entry entry = catalogue.find(key);
    if (entry == null) {
      problems.noSetting(key, Shown.value(key, value), ORIGIN);
    } else {
      given.add(new Given(entry, value, ORIGIN));
    }
  }
}
