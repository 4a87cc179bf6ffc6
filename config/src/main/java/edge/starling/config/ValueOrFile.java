package edge.starling.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A setting that stands in the configuration itself, or in a file of its own as secrets do. */
public final class ValueOrFile {
  private ValueOrFile() {}

  /**
   * What counts: the file's content, where there is one, without the end of its line. Blocks.
   *
   * @param key of the file's setting, for the message
   * @param file its path; empty for none
   * @throws InvalidConfig for a file that cannot be read or is empty
   */
  public static String read(String key, String file, String value) {
    if (file.isEmpty()) {
      return value;
    }
    String content = "";
    try {
      content = Files.readString(Path.of(file)).replaceAll("\\R+$", "");
    } catch (IOException e) {
      // told as an empty file is
    }
    if (content.isEmpty()) {
      throw new InvalidConfig(key + ": " + file + " cannot be read, or is empty");
    }
    return content;
  }
}
