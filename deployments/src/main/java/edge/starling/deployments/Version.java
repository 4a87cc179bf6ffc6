package edge.starling.deployments;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest, and what it runs on. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "starling "
          + Objects.requireNonNullElse(version, "(not from a jar)")
          + ", Java "
          + Runtime.version()
    };
  }
}
