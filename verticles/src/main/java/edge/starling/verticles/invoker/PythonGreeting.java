package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.UpstreamClient.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** A Python worker is told a secret on its stdin, and tells its port on its stdout. */
final class PythonGreeting implements Greeting {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SECRET_BYTES = 32;

  private final String secret;

  PythonGreeting() {
    byte[] random = new byte[SECRET_BYTES];
    RANDOM.nextBytes(random);
    secret = HexFormat.of().formatHex(random);
  }

  @Override
  public Map<String, String> environment() {
    return Map.of();
  }

  @Override
  public Optional<Door> meet(Child child) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.US_ASCII))) {
      OutputStream stdin = child.stdin();
      stdin.write((secret + "\n").getBytes(StandardCharsets.US_ASCII));
      stdin.flush();
      String port = reader.readLine();
      return port == null
          ? Optional.empty()
          : Optional.of(new Door(Server.here(Integer.parseInt(port)), secret));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public String unmet() {
    return "the handler was not loaded";
  }
}
