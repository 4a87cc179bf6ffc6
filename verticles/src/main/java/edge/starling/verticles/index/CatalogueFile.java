package edge.starling.verticles.index;

import edge.starling.codecs.messages.IndexMessage.Entry;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalogue in the node's data folder, replaced as a whole: a mark, the number of entries, each
 * entry as its length and its CBOR, and a CRC-32 of all that. It holds environments, which may be
 * secret, so only this user may read it. Every method blocks; thread-safe.
 */
final class CatalogueFile {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogueFile.class);
  private static final String FILE = "catalogue";
  private static final long MARK = 0x5374_6172_6c43_0001L; // "StarlC", and the layout's number
  private static final int LONGEST_ENTRY = 16 * 1024 * 1024;

  private final Path folder;
  private final Path file;
  private final Catalogue catalogue;

  CatalogueFile(Path folder, Catalogue catalogue) {
    this.folder = folder;
    this.file = folder.resolve(FILE);
    this.catalogue = catalogue;
  }

  /**
   * Has the catalogue learn what the file holds. A file that is damaged is set aside, and nothing
   * is learnt from it.
   */
  synchronized void load() throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    List<byte[]> stored;
    try {
      stored = read();
    } catch (IOException e) {
      Path aside = folder.resolve(FILE + ".damaged");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn(
          "{} is damaged ({}) and now lies at {}: until its peers tell, this node does not know"
              + " which functions others have and which are deleted",
          file,
          e instanceof EOFException ? "it is cut off" : e.getMessage(),
          aside);
      return;
    }
    stored.forEach(this::learn);
  }

  /** Writes what the catalogue holds now. When it fails, the file is as it was. */
  synchronized void save() throws IOException {
    Path fresh = folder.resolve(FILE + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            onlyForUs(folder))) {
      write(catalogue.all(), channel);
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private void learn(byte[] stored) {
    try {
      catalogue.learn(StoredEntry.read(stored));
    } catch (UncheckedIOException fromLaterRelease) {
      LOG.warn("{} has an entry that this release cannot read: it is left out", file);
    }
  }

  private static void write(List<Entry> entries, FileChannel channel) throws IOException {
    CRC32 sum = new CRC32();
    DataOutputStream out =
        new DataOutputStream(
            new CheckedOutputStream(
                new BufferedOutputStream(Channels.newOutputStream(channel)), sum));
    out.writeLong(MARK);
    out.writeInt(entries.size());
    for (Entry entry : entries) {
      byte[] stored = StoredEntry.of(entry.description(), entry.deleted());
      out.writeInt(stored.length);
      out.write(stored);
    }
    out.writeLong(sum.getValue());
    out.flush();
  }

  private List<byte[]> read() throws IOException {
    CRC32 sum = new CRC32();
    try (DataInputStream in =
        new DataInputStream(
            new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), sum))) {
      if (in.readLong() != MARK) {
        throw new Damaged("it is no catalogue of this release");
      }
      int count = in.readInt();
      List<byte[]> entries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        entries.add(entry(in));
      }
      long expected = sum.getValue();
      if (in.readLong() != expected) {
        throw new Damaged("its checksum is wrong");
      }
      return entries;
    }
  }

  private static byte[] entry(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LONGEST_ENTRY) {
      throw new Damaged("it has an entry of " + length + " bytes");
    }
    byte[] stored = in.readNBytes(length);
    if (stored.length < length) {
      throw new EOFException();
    }
    return stored;
  }

  /** For what is created; nothing on a file system that knows no users. */
  private static FileAttribute<?>[] onlyForUs(Path folder) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static final class Damaged extends IOException {
    Damaged(String how) {
      super(how);
    }
  }
}
