package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A package for pip that needs no index: {@code tiny}, which can {@code greet}. */
final class Wheel {
  private static final String FILE = "tiny-1.0-py3-none-any.whl";

  /** What a requirements file beside it says. */
  static final String REQUIREMENTS = "--no-index\n./" + FILE + "\n";

  private Wheel() {}

  static void write(Path folder) throws IOException {
    String info = "tiny-1.0.dist-info/";
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve(FILE)))) {
      add(zip, "tiny.py", "def greet(name):\n    return 'hello ' + name\n");
      add(zip, info + "METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n");
      add(
          zip,
          info + "WHEEL",
          "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      add(
          zip,
          info + "RECORD",
          "tiny.py,,\n%1$sMETADATA,,\n%1$sWHEEL,,\n%1$sRECORD,,\n".formatted(info));
    }
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(UTF_8));
    zip.closeEntry();
  }
}
