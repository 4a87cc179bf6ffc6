package edge.starling.deployments;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The sample functions that come with the jar. */
final class Samples {
  private final Path folder;

  /**
   * @param folder where files are unpacked
   */
  Samples(Path folder) {
    this.folder = folder;
  }

  /** A sample as a file, such as {@code echo/echo.wasm}. */
  Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes(name));
  }

  byte[] bytes(String name) throws IOException {
    try (InputStream in = Samples.class.getResourceAsStream("/functions/" + name)) {
      if (in == null) {
        throw new FileNotFoundException("the jar has no functions/" + name);
      }
      return in.readAllBytes();
    }
  }
}
