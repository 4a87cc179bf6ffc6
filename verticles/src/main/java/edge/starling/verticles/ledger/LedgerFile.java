package edge.starling.verticles.ledger;

import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.LedgerMessage.Line;
import edge.starling.codecs.messages.LedgerMessage.SpreadLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger in the node's data folder, replaced as a whole: a nonce, and the lines in CBOR under
 * AES-GCM with a key of this node alone, which lies beside it. Only this user may read either.
 * Every method blocks; not thread-safe.
 */
final class LedgerFile {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerFile.class);
  private static final String FILE = "ledger";
  private static final String KEY = "ledger.key";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Path folder;
  private final CborCodec codec = new CborCodec();
  private final SecureRandom random = new SecureRandom();

  LedgerFile(Path folder) {
    this.folder = folder;
  }

  /** Empty where there is none. One that cannot be read is set aside. */
  List<Line> load() throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      byte[] stored = Files.readAllBytes(file);
      if (stored.length < NONCE_BYTES) {
        throw new GeneralSecurityException("it is cut off");
      }
      byte[] plain =
          cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(stored, NONCE_BYTES))
              .doFinal(stored, NONCE_BYTES, stored.length - NONCE_BYTES);
      return codec.decode(plain, SpreadLines.class).lines();
    } catch (GeneralSecurityException | UncheckedIOException e) {
      Path aside = folder.resolve(FILE + ".damaged");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn(
          "{} cannot be read ({}) and now lies at {}: until its peers tell, this node knows no"
              + " secrets and no namespaces",
          file,
          e.getClass().getSimpleName(),
          aside);
      return List.of();
    }
  }

  /** When it fails, the file is as it was. */
  void save(List<Line> lines) throws IOException {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(codec.encode(new SpreadLines(lines, null)));
      byte[] stored = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, stored, NONCE_BYTES, sealed.length);
      replace(folder.resolve(FILE), stored);
    } catch (GeneralSecurityException e) {
      throw new IOException("the ledger cannot be encrypted", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException, IOException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key(), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }

  private byte[] key() throws IOException {
    Path file = folder.resolve(KEY);
    if (Files.exists(file)) {
      byte[] key = Files.readAllBytes(file);
      if (key.length == KEY_BYTES) {
        return key;
      }
      LOG.warn("{} is no key: a new one takes its place", file);
    }
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    replace(file, key);
    return key;
  }

  private void replace(Path file, byte[] content) throws IOException {
    Files.createDirectories(folder);
    Path fresh = folder.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            onlyForUs(folder))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  /** For what is created; nothing on a file system that knows no users. */
  private static FileAttribute<?>[] onlyForUs(Path folder) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
