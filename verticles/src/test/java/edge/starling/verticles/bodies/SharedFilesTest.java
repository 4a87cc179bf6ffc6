package edge.starling.verticles.bodies;

import static edge.starling.codecs.messages.BodiesMessage.PIECE_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.messages.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFilesTest {
  @TempDir private Path folder;
  private final AtomicLong now = new AtomicLong();
  private final SharedFiles files = new SharedFiles(now::get);

  @AfterEach
  void close() throws IOException {
    files.close();
  }

  @Test
  void handsAFileOutInPieces() throws IOException {
    byte[] content = new byte[PIECE_BYTES + 3];
    content[PIECE_BYTES] = 7;
    assertThat(files.share("key", file(content))).isEqualTo(content.length);

    assertThat(files.piece("key", 0).length()).isEqualTo(PIECE_BYTES);
    assertThat(files.piece("key", PIECE_BYTES).array()).containsExactly(7, 0, 0);
    assertThat(files.piece("key", content.length)).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(() -> files.share("key", folder.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files.share("key", folder)).isInstanceOf(NoSuchFileException.class);
    assertThat(files.has("key")).isFalse();
  }

  @Test
  void knowsAReleasedFileNoMore() throws IOException {
    files.share("key", file(new byte[] {1}));
    files.release("key");

    assertThat(files.piece("key", 0)).isNull();
  }

  @Test
  void opensAFileAgainAfterItWasIdle() throws IOException {
    files.share("key", file(new byte[] {1}));
    files.piece("key", 0);
    now.addAndGet(Duration.ofMinutes(1).toNanos());
    files.closeIdle(Duration.ofMinutes(1));

    assertThat(files.piece("key", 0).array()).containsExactly(1);
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("file"), content);
  }
}
