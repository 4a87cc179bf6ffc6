package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Upload;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.IndexMessage.Announce;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions on this node's disk: {@code functions/NAME.NAMESPACE/VERSION/} holds a version's
 * files. The version counts once its description is written there, which is the last step when it
 * is taken in and the first when it is given up; so whatever has no description is left of
 * something unfinished, and goes at the next start. Files come in through {@code staging}, on the
 * same disk, and folders go out through it.
 *
 * <p>Every method blocks. Thread-safe as long as nobody works on the same version twice at once.
 */
final class FunctionFolders {
  private static final Logger LOG = LoggerFactory.getLogger(FunctionFolders.class);
  private static final int PLACE_TRIES = 3;

  private final Path functions;
  private final Path staging;
  private final CborCodec codec = new CborCodec();

  /**
   * @param data the node's folder; whatever else lies there is left alone
   */
  FunctionFolders(Path data) {
    this.functions = data.toAbsolutePath().resolve("functions");
    this.staging = data.toAbsolutePath().resolve("staging");
  }

  /** Removes what is unfinished, and finds each function's highest version. */
  List<Copy> open() throws IOException {
    Disk.privateFolder(functions);
    Disk.privateFolder(staging);
    for (Path leftover : list(staging)) {
      if (isOurs(leftover)) {
        Disk.deleteAll(leftover);
      }
    }
    List<Copy> found = new ArrayList<>();
    for (Path folder : list(functions)) {
      if (Files.isDirectory(folder) && FileNames.function(name(folder)).isPresent()) {
        newest(folder).ifPresent(found::add);
      }
    }
    return found;
  }

  /** A new empty folder; the caller places it or removes it. */
  Path newStagingFolder() throws IOException {
    return Disk.privateFolder(staging.resolve(UUID.randomUUID().toString()));
  }

  /**
   * Takes a client's files over and looks at them.
   *
   * @param most the largest file allowed, in bytes
   */
  Staged stage(Upload handler, @Nullable Upload requirements, long most) throws IOException {
    Path folder = newStagingFolder();
    try {
      String handlerName = FileNames.clean(handler.fileName());
      Artefact handlerTaken =
          take(handler, folder.resolve(Staged.HANDLER), "handler", handlerName, most);
      Artefact requirementsTaken =
          requirements == null
              ? null
              : take(
                  requirements,
                  folder.resolve(Staged.REQUIREMENTS),
                  "requirements",
                  FileNames.REQUIREMENTS,
                  most);
      Form form = HandlerForm.of(handlerName, head(folder.resolve(Staged.HANDLER)));
      return new Staged(folder, form, handlerTaken, requirementsTaken);
    } catch (IOException | RuntimeException e) {
      Disk.deleteAll(folder);
      throw e;
    }
  }

  /** The name of an image, as a handler. */
  Staged stage(String image, Form form) throws IOException {
    Path folder = newStagingFolder();
    try {
      Path file = Files.writeString(folder.resolve(Staged.HANDLER), image);
      Disk.force(Disk.privateFile(file));
      Artefact handler = new Artefact(FileNames.IMAGE, Disk.sha256(file), Files.size(file));
      return new Staged(folder, form, handler, null);
    } catch (IOException | RuntimeException e) {
      Disk.deleteAll(folder);
      throw e;
    }
  }

  /** Whether the file is what the description says. */
  boolean isIntact(Path file, Artefact artefact) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == artefact.length()
        && Disk.sha256(file).equals(artefact.sha256());
  }

  boolean isIntact(Copy copy) throws IOException {
    Artefact requirements = copy.description().requirements();
    return isIntact(copy.handler(), copy.description().handler())
        && (requirements == null
            || isIntact(copy.folder().resolve(requirements.fileName()), requirements));
  }

  /**
   * Moves a staging folder to where the version belongs. It does not count before {@link #commit}.
   */
  Path place(Path staged, Description description) throws IOException {
    Artefact requirements = description.requirements();
    if (requirements != null) {
      rename(staged, Staged.REQUIREMENTS, requirements.fileName());
    }
    Path handler = rename(staged, Staged.HANDLER, description.handler().fileName());
    if (description.form() == Form.EXECUTABLE && !handler.toFile().setExecutable(true, true)) {
      throw new IOException(handler + " cannot be made executable");
    }
    Disk.force(staged);
    Path function = functions.resolve(FileNames.folderOf(description.name()));
    Path folder = function.resolve(FileNames.folderOf(description.version()));
    remove(folder);
    moveInto(staged, function, folder, PLACE_TRIES);
    return folder;
  }

  /** From now on the version is found at a start. */
  void commit(Copy copy) throws IOException {
    Path draft = copy.folder().resolve(FileNames.DESCRIPTION + ".draft");
    Files.write(draft, codec.encode(new Announce(copy.description())));
    Disk.force(Disk.privateFile(draft));
    Files.move(
        draft,
        copy.folder().resolve(FileNames.DESCRIPTION),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    Disk.force(copy.folder());
  }

  /** From now on the version is not found at a start. */
  void uncommit(Copy copy) throws IOException {
    if (Files.deleteIfExists(copy.folder().resolve(FileNames.DESCRIPTION))) {
      Disk.force(copy.folder());
    }
  }

  /** The version is still found at a start, but is not to be run then. */
  void rest(Copy copy) throws IOException {
    Files.write(copy.folder().resolve(FileNames.RESTING), new byte[0]);
    Disk.force(copy.folder());
  }

  /** The inverse of {@link #rest}. Harmless where it does not rest. */
  void wake(Copy copy) throws IOException {
    if (Files.deleteIfExists(copy.folder().resolve(FileNames.RESTING))) {
      Disk.force(copy.folder());
    }
  }

  /** Removes a version's folder or a staging folder. Harmless where there is none. */
  void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent == null || parent.equals(staging)) {
      Disk.deleteAll(folder);
    } else {
      Path doomed = staging.resolve(UUID.randomUUID().toString());
      Files.move(folder, doomed, StandardCopyOption.ATOMIC_MOVE);
      removeIfEmpty(parent);
      Disk.deleteAll(doomed);
    }
  }

  private static Artefact take(Upload upload, Path to, String field, String name, long most)
      throws IOException {
    Path from = Path.of(upload.path());
    long length = Files.size(from);
    if (length > most) {
      throw new Refusal(
          Cause.INVALID,
          field + ": has " + length + " bytes, and deployment.max-artefact is " + most);
    }
    if (length == 0 && field.equals(Staged.HANDLER)) {
      throw new Refusal(Cause.INVALID, field + ": is empty");
    }
    Disk.move(from, to);
    Disk.force(Disk.privateFile(to));
    return new Artefact(name, Disk.sha256(to), length);
  }

  private static byte[] head(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(HandlerForm.HEAD_BYTES);
    }
  }

  private static Path rename(Path folder, String from, String to) throws IOException {
    Path target = folder.resolve(to);
    if (!from.equals(to)) {
      Files.move(folder.resolve(from), target, StandardCopyOption.ATOMIC_MOVE);
    }
    return target;
  }

  private static void moveInto(Path staged, Path parent, Path folder, int triesLeft)
      throws IOException {
    Disk.privateFolder(parent);
    try {
      Files.move(staged, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException parentWentAway) {
      // The last other version may go, and the parent with it, between these two steps.
      if (triesLeft == 1) {
        throw parentWentAway;
      }
      moveInto(staged, parent, folder, triesLeft - 1);
      return;
    }
    Disk.force(parent);
  }

  private Optional<Copy> newest(Path function) throws IOException {
    List<Copy> copies = new ArrayList<>();
    for (Path folder : list(function)) {
      if (!FileNames.isVersion(name(folder)) || !Files.isDirectory(folder)) {
        continue;
      }
      if (Files.exists(folder.resolve(FileNames.DESCRIPTION))) {
        read(function, folder).ifPresent(copies::add);
      } else {
        LOG.info("{} was not finished, and is removed", folder);
        remove(folder);
      }
    }
    Optional<Copy> newest = copies.stream().max(Comparator.comparing(Copy::version));
    for (Copy copy : copies) {
      if (!copy.equals(newest.orElseThrow())) {
        remove(copy.folder());
      }
    }
    return newest;
  }

  private Optional<Copy> read(Path function, Path folder) {
    try {
      byte[] stored = Files.readAllBytes(folder.resolve(FileNames.DESCRIPTION));
      Description description = codec.decode(stored, Announce.class).description();
      if (FileNames.folderOf(description.name()).equals(name(function))
          && FileNames.folderOf(description.version()).equals(name(folder))) {
        boolean resting = Files.exists(folder.resolve(FileNames.RESTING));
        return Optional.of(new Copy(description, folder, false, resting));
      }
      LOG.error(
          "{} describes {} {}: left alone", folder, description.name(), description.version());
    } catch (IOException | UncheckedIOException e) {
      LOG.error(
          "the description in {} cannot be read, so the function is left out: {}",
          folder,
          e.toString());
    }
    return Optional.empty();
  }

  private static void removeIfEmpty(Path function) throws IOException {
    try {
      Files.deleteIfExists(function);
    } catch (DirectoryNotEmptyException another) {
      LOG.trace("{} holds another version", function);
    }
  }

  private static boolean isOurs(Path leftover) {
    try {
      return UUID.fromString(name(leftover)).toString().equals(name(leftover));
    } catch (IllegalArgumentException foreign) {
      return false;
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> content = Files.list(folder)) {
      return content.toList();
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
