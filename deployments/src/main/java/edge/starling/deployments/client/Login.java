package edge.starling.deployments.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** As whom a command manages a node that asks (http.basic-auth). */
final class Login {
  @Option(
      names = "--user",
      paramLabel = "NAME",
      defaultValue = "${env:STARLING_USER:-admin}",
      description =
          "The user of a node that asks who you are (or STARLING_USER; without both admin).")
  private String user = "admin";

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      defaultValue = "${env:STARLING_PASSWORD_FILE:-}",
      description = "Holds the user's password (or STARLING_PASSWORD_FILE).")
  private String passwordFile = "";

  @Option(
      names = "--password",
      paramLabel = "TEXT",
      defaultValue = "${env:STARLING_PASSWORD:-}",
      description =
          "The password itself (better in STARLING_PASSWORD: other users may see the command line).")
  private String password = "";

  /** The header field; null where no password is given. */
  @Nullable String authorization() {
    String secret = passwordFile.isEmpty() ? password : fromFile();
    return secret.isEmpty()
        ? null
        : "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  private String fromFile() {
    try {
      return Files.readString(Path.of(passwordFile)).replaceAll("\\R+$", "");
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.USAGE, passwordFile + " cannot be read", e);
    }
  }
}
