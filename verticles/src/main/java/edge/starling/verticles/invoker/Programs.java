package edge.starling.verticles.invoker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/** Our own programs, which serve Python handlers, as this version of the node has them. */
final class Programs {
  private Programs() {}

  /**
   * Writes some into a folder, in place of what is there under their names. Blocks.
   *
   * @return where the first is
   */
  static Path write(List<String> names, Path folder) throws IOException {
    for (String name : names) {
      Path written = folder.resolve(name + ".part");
      Files.write(written, read(name));
      Files.move(written, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
    return folder.resolve(names.get(0));
  }

  static byte[] read(String name) throws IOException {
    try (InputStream program = Programs.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(program, name).readAllBytes();
    }
  }
}
