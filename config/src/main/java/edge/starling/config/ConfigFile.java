package edge.starling.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings from a YAML file. */
final class ConfigFile {
  private static final int MOST_BYTES = 1 << 20;

  private ConfigFile() {}

  static List<Given> read(Path file, Catalogue catalogue, Problems problems) {
    String text = text(file, problems);
    return text == null
        ? List.of()
        : new YamlSettings(file.toString(), line -> file + ":" + line, catalogue, problems)
            .read(text);
  }

  private static @Nullable String text(Path file, Problems problems) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length <= MOST_BYTES) {
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      }
      problems.add(file + ": the configuration file is larger than " + new ByteSize(MOST_BYTES));
    } catch (NoSuchFileException e) {
      problems.add(file + ": there is no such configuration file");
    } catch (CharacterCodingException e) {
      problems.add(file + ": the configuration file is not in UTF-8");
    } catch (IOException e) {
      problems.add(file + ": the configuration file cannot be read: " + e);
    }
    return null;
  }
}
