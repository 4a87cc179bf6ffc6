package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.BodyReader;
import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.DeploymentMessage.ArtefactAt;
import edge.starling.codecs.messages.DeploymentMessage.AskArtefact;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches one artefact, once: a few pieces at a time, from the first node that has it; when that
 * one fails, the rest from the next. What is fetched is checked by its hash. Confined to one event
 * loop.
 */
final class FetchClient {
  private static final Logger LOG = LoggerFactory.getLogger(FetchClient.class);

  private final Bus bus;
  private final Worker worker;
  private final FunctionFolders folders;
  private final Artefact artefact;
  private final Path target;
  private final Deadline deadline;
  private final CompletableFuture<@Nullable Void> fetched = new CompletableFuture<>();
  private final Deque<NodeId> left = new ArrayDeque<>();
  private @Nullable String problem;
  private long written;
  private boolean mixed;

  FetchClient(
      Bus bus,
      Worker worker,
      FunctionFolders folders,
      Artefact artefact,
      Path target,
      Deadline deadline) {
    this.bus = bus;
    this.worker = worker;
    this.folders = folders;
    this.artefact = artefact;
    this.target = target;
    this.deadline = deadline;
  }

  /** Ends with a {@link Refusal} when none of the nodes gives it. */
  CompletionStage<@Nullable Void> fetch(List<NodeId> from) {
    left.addAll(from);
    askNext();
    return fetched;
  }

  private void askNext() {
    NodeId node = left.poll();
    if (node == null) {
      fetched.completeExceptionally(
          new Refusal(
              Cause.NO_PROVIDER,
              "no live node gives "
                  + artefact.fileName()
                  + (problem == null ? "" : "; the last problem: " + problem)));
      return;
    }
    mixed = written > 0;
    patience()
        .thenCompose(
            patience ->
                bus.request(
                        Addresses.ARTEFACT,
                        node,
                        new AskArtefact(artefact.sha256()),
                        shorter(patience, Addresses.ARTEFACT.patience()))
                    .toCompletionStage())
        .whenComplete((answer, error) -> begin(node, answer, error));
  }

  private void begin(NodeId node, @Nullable ArtefactAt answer, @Nullable Throwable error) {
    BodyHandle handle = answer == null ? null : answer.handle();
    if (handle == null || handle.length() != artefact.length()) {
      next(node + " " + (error == null ? "does not have it" : Refusal.problem(error)));
    } else {
      pull(node, handle);
    }
  }

  private void pull(NodeId node, BodyHandle handle) {
    patience()
        .thenCompose(
            patience ->
                BodyReader.read(bus, handle, written, patience, this::append).toCompletionStage())
        .whenComplete(
            (done, error) -> {
              if (error == null) {
                verify(node);
              } else {
                next(Refusal.problem(error));
              }
            });
  }

  private Future<Void> append(Bytes piece) {
    long offset = written;
    return Future.fromCompletionStage(worker.call(() -> write(piece, offset)))
        .onSuccess(end -> written = end)
        .mapEmpty();
  }

  /**
   * @return where the piece ends
   */
  private long write(Bytes bytes, long offset) throws IOException {
    try (var file = FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      ByteBuffer piece = ByteBuffer.wrap(bytes.array());
      while (piece.hasRemaining()) {
        file.write(piece, offset + piece.position());
      }
      return offset + bytes.length();
    }
  }

  private void verify(NodeId last) {
    worker
        .call(
            () -> {
              write(Bytes.EMPTY, 0);
              Disk.force(Disk.privateFile(target));
              return folders.isIntact(target, artefact);
            })
        .whenComplete(
            (intact, error) -> {
              if (error != null) {
                fetched.completeExceptionally(Refusal.unwrapped(error));
              } else if (intact) {
                fetched.complete(null);
              } else {
                corrupted(last);
              }
            });
  }

  private void corrupted(NodeId last) {
    LOG.warn("{} fetched from {} is not what its hash says", artefact.fileName(), last);
    written = 0;
    if (mixed) {
      // An earlier node may have given the wrong piece.
      left.addFirst(last);
    }
    next(last + " gives something else than its hash says");
  }

  private void next(String whatHappened) {
    problem = whatHappened;
    askNext();
  }

  private CompletionStage<Duration> patience() {
    try {
      return CompletableFuture.completedStage(deadline.remaining());
    } catch (Refusal over) {
      left.clear();
      return CompletableFuture.failedStage(over);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
