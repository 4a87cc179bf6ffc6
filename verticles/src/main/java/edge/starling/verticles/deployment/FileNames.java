package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import java.util.Optional;
import java.util.regex.Pattern;

/** How the files and folders of functions are called on disk. */
final class FileNames {
  /** Describes the version. No file of a user has a name that begins with a dot. */
  static final String DESCRIPTION = ".function.cbor";

  static final String REQUIREMENTS = "requirements.txt";

  /** Holds the name of an OCI image. */
  static final String IMAGE = "image";

  /** Beside the description of a copy that rests. */
  static final String RESTING = ".resting";

  private static final int LONGEST = 128;
  private static final String NAMELESS = "handler";
  private static final Pattern VERSION = Pattern.compile("\\d{1,19}-[0-9a-f]{1,12}");

  private FileNames() {}

  /**
   * A name that is safe on disk: the last element of what the client calls the file, with {@code _}
   * for everything but letters, digits and {@code ._-}, without leading dots, at most 128
   * characters (its end is kept).
   */
  static String clean(String fileName) {
    String last =
        fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
    String safe = last.replaceAll("[^A-Za-z0-9._-]", "_");
    String end = safe.substring(Math.max(0, safe.length() - LONGEST)).replaceFirst("^\\.+", "");
    return end.isEmpty() ? NAMELESS : end;
  }

  static String folderOf(FunctionName function) {
    return function.toString();
  }

  static String folderOf(FunctionVersion version) {
    return version.toString();
  }

  /** The function whose folder is so called; nothing for a foreign folder. */
  static Optional<FunctionName> function(String folder) {
    if (folder.indexOf('.') < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(FunctionName.parse(folder));
    } catch (IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }

  static boolean isVersion(String folder) {
    return VERSION.matcher(folder).matches();
  }
}
