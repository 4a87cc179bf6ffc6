package edge.starling.verticles.invoker;

import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is in the image of a Python function: our server, the packages that it requires and its
 * handler, a layer each, so that functions have as much in common as they can. All files have the
 * same time. The function's environment is none of it: the gateway gives it to the container.
 */
final class FunctionImage {
  private static final String SERVER = "server.py";
  private static final List<String> PROGRAMS = List.of(SERVER, "starling_handler.py");
  private static final AbsoluteUnixPath HOME = AbsoluteUnixPath.get("/home/app");
  private static final AbsoluteUnixPath PACKAGES = HOME.resolve("packages");
  private static final AbsoluteUnixPath FUNCTION = HOME.resolve("function");
  private static final FilePermissions READABLE = FilePermissions.fromOctalString("644");
  private static final FilePermissions EXECUTABLE = FilePermissions.fromOctalString("755");
  private static final String NOBODY_IN_PARTICULAR = "1000:1000";
  private static final int PORT = 8080;
  private static final int TAG_BYTES = 16;

  private final Description description;
  private final String base;
  private final Platform platform = new Platform(architecture(), "linux");
  private final String tag;

  /**
   * @param base the name of the image that it stands on
   */
  FunctionImage(Description description, String base) throws IOException {
    this.description = description;
    this.base = base;
    tag = contentHash();
  }

  /** The same for the same content, on every node of this kind. */
  String tag() {
    return tag;
  }

  /**
   * Puts it together.
   *
   * @param folder where the handler lies
   * @param packages where pip has installed the requirements; null for none
   * @param programs where our own are written
   */
  JibContainerBuilder on(
      RegistryImage baseImage, Path folder, @Nullable Path packages, Path programs)
      throws IOException {
    Programs.write(PROGRAMS, programs);
    String file = description.handler().fileName();
    List<FileEntriesLayer> layers = new ArrayList<>();
    layers.add(layer("server", programs, HOME));
    List<String> command =
        new ArrayList<>(
            List.of(
                "python3",
                "-B",
                HOME.resolve(SERVER).toString(),
                FUNCTION.resolve(file).toString(),
                description.name().name(),
                description.name().namespace()));
    if (packages != null) {
      layers.add(layer("packages", packages, PACKAGES));
      command.add(PACKAGES.toString());
    }
    layers.add(
        FileEntriesLayer.builder()
            .setName("function")
            .addEntry(folder.resolve(file), FUNCTION.resolve(file), READABLE)
            .build());
    return Jib.from(baseImage)
        .setPlatforms(Set.of(platform))
        .setFileEntriesLayers(layers)
        .setEntrypoint(command)
        .setProgramArguments(List.of())
        .setWorkingDirectory(FUNCTION)
        .setUser(NOBODY_IN_PARTICULAR)
        .setExposedPorts(Port.tcp(PORT))
        .setLabels(
            Map.of(
                "org.opencontainers.image.title",
                description.name().shortest(),
                "org.opencontainers.image.version",
                tag,
                "org.opencontainers.image.revision",
                description.handler().sha256(),
                "org.opencontainers.image.base.name",
                base));
  }

  /** What a node keeps is for its own user only; in the image it is for everybody. */
  private static FileEntriesLayer layer(String name, Path folder, AbsoluteUnixPath place)
      throws IOException {
    return FileEntriesLayer.builder()
        .setName(name)
        .addEntryRecursive(
            folder, place, (file, inImage) -> Files.isExecutable(file) ? EXECUTABLE : READABLE)
        .build();
  }

  private String contentHash() throws IOException {
    MessageDigest hash = sha256();
    add(hash, base);
    add(hash, platform.getArchitecture());
    add(hash, description.name().toString());
    add(hash, description.handler().fileName());
    add(hash, description.handler().sha256());
    Artefact requirements = description.requirements();
    add(hash, requirements == null ? "" : requirements.sha256());
    for (String program : PROGRAMS) {
      add(hash, HexFormat.of().formatHex(sha256().digest(Programs.read(program))));
    }
    return HexFormat.of().formatHex(hash.digest(), 0, TAG_BYTES);
  }

  private static void add(MessageDigest hash, String line) {
    hash.update((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of this machine, by the name that images have for it. */
  private static String architecture() {
    String name = System.getProperty("os.arch");
    return switch (name) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> name;
    };
  }
}
