package edge.starling.deployments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The README's commands, read from it. */
final class Readme {
  private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern DEMO_BLOCK = marked("the demo");
  private static final Pattern GATEWAY_BLOCK = marked("a gateway");
  private static final Pattern COMMAND =
      Pattern.compile("^java -jar deployments/target/starling\\.jar (.+)$", Pattern.MULTILINE);
  private static final Pattern LINK = Pattern.compile("\\]\\(([\\w./-]+)\\)");

  private Readme() {}

  /** All shell blocks, in their order. */
  static List<String> blocks(Path root) throws IOException {
    return found(BLOCK, root);
  }

  /** The shell blocks that need a running demo. */
  static List<String> demoBlocks(Path root) throws IOException {
    return found(DEMO_BLOCK, root);
  }

  /** The arguments of each use of our jar. */
  static List<String[]> commandLines(Path root) throws IOException {
    return found(COMMAND, root).stream().map(line -> line.trim().split(" +")).toList();
  }

  /** The shell block that needs a node with an OpenFaaS gateway. */
  static String gatewayBlock(Path root) throws IOException {
    return found(GATEWAY_BLOCK, root).get(0);
  }

  static List<String> links(Path root) throws IOException {
    return found(LINK, root);
  }

  private static Pattern marked(String what) {
    return Pattern.compile("<!-- run against " + what + " -->\\n```sh\\n(.*?)```", Pattern.DOTALL);
  }

  private static List<String> found(Pattern pattern, Path root) throws IOException {
    return pattern
        .matcher(Files.readString(root.resolve("README.md")))
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
