package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage.Kept;
import edge.starling.codecs.messages.BodiesMessage.Release;
import edge.starling.codecs.messages.BodiesMessage.Share;
import edge.starling.codecs.messages.DeploymentMessage.ArtefactAt;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Brings artefacts here from the nodes that have them, and hands this node's out. Confined to one
 * event loop.
 */
final class ArtefactClient {
  private static final int SALT_BYTES = 16;

  private final Bus bus;
  private final Copies copies;
  private final FunctionFolders folders;
  private final Worker worker;
  private final long most;
  private final String salt = salt();

  /**
   * @param most the largest artefact that is fetched, in bytes
   */
  ArtefactClient(Bus bus, Copies copies, FunctionFolders folders, Worker worker, long most) {
    this.bus = bus;
    this.copies = copies;
    this.folders = folders;
    this.worker = worker;
    this.most = most;
  }

  /**
   * Gathers a version's files in a new staging folder: from this node's own disk where they are,
   * else from the first of the nodes that gives them, each checked by its hash. Leaves nothing
   * behind when it fails.
   *
   * @param from in the order in which they are asked
   */
  CompletionStage<Path> gather(Description description, List<NodeId> from, Deadline deadline) {
    return worker
        .call(folders::newStagingFolder)
        .thenCompose(
            folder ->
                gather(description.handler(), from, folder.resolve(Staged.HANDLER), deadline)
                    .thenCompose(
                        handler ->
                            gather(
                                description.requirements(),
                                from,
                                folder.resolve(Staged.REQUIREMENTS),
                                deadline))
                    .handle(
                        (done, error) ->
                            error == null
                                ? CompletableFuture.completedStage(folder)
                                : removed(folder, error))
                    .thenCompose(result -> result));
  }

  /** Answers a node that asks where it can read an artefact. */
  CompletionStage<ArtefactAt> share(String sha256) {
    return copies
        .artefact(sha256)
        .map(
            file ->
                bus.request(Addresses.SHARE_FILE, new Share(key(file), file.toString()))
                    .map(Kept::handle)
                    .map(ArtefactAt::new)
                    .toCompletionStage())
        .orElseGet(() -> CompletableFuture.completedStage(new ArtefactAt(null)));
  }

  /** Nobody gets the copy's files any more. */
  void unshare(Copy copy) {
    release(copy.handler());
    Artefact requirements = copy.description().requirements();
    if (requirements != null) {
      release(copy.folder().resolve(requirements.fileName()));
    }
  }

  private void release(Path file) {
    bus.tell(Addresses.RELEASE_BODY, bus.self(), new Release(key(file)));
  }

  private CompletionStage<@Nullable Void> gather(
      @Nullable Artefact artefact, List<NodeId> from, Path target, Deadline deadline) {
    if (artefact == null) {
      return CompletableFuture.completedStage(null);
    }
    if (artefact.length() > most) {
      return CompletableFuture.failedStage(
          new Refusal(
              Cause.UNFIT,
              artefact.fileName() + " has more bytes than deployment.max-artefact, " + most));
    }
    return linked(artefact, target)
        .thenCompose(
            linked ->
                linked
                    ? CompletableFuture.completedStage(null)
                    : new FetchClient(bus, worker, folders, artefact, target, deadline)
                        .fetch(from));
  }

  private CompletionStage<Boolean> linked(Artefact artefact, Path target) {
    Optional<Path> here = copies.artefact(artefact.sha256());
    if (here.isEmpty()) {
      return CompletableFuture.completedStage(false);
    }
    return worker
        .call(() -> link(here.get(), artefact, target))
        // The file at hand may be gone by now; then the others have it.
        .exceptionally(gone -> false);
  }

  private boolean link(Path here, Artefact artefact, Path target) throws IOException {
    Disk.link(here, target);
    boolean intact = folders.isIntact(target, artefact);
    if (!intact) {
      Files.delete(target);
    }
    return intact;
  }

  private CompletionStage<Path> removed(Path folder, Throwable error) {
    return worker
        .call(
            () -> {
              folders.remove(folder);
              return folder;
            })
        .thenCompose(gone -> CompletableFuture.failedStage(Refusal.unwrapped(error)));
  }

  private String key(Path file) {
    return salt + file;
  }

  private static String salt() {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return HexFormat.of().formatHex(salt);
  }
}
