package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage;
import edge.starling.codecs.messages.BodiesMessage.Piece;
import edge.starling.codecs.messages.BodiesMessage.Read;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.DeploymentMessage.ArtefactAt;
import edge.starling.codecs.messages.DeploymentMessage.AskArtefact;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
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
  private static final int WINDOW = 4;

  private final Bus bus;
  private final Worker worker;
  private final FunctionFolders folders;
  private final Artefact artefact;
  private final Path target;
  private final Deadline deadline;
  private final Pieces pieces;
  private final CompletableFuture<@Nullable Void> fetched = new CompletableFuture<>();
  private final Deque<NodeId> left = new ArrayDeque<>();
  private @Nullable String problem;
  private boolean sourceFailed;
  private boolean mixed;
  private int outstanding;

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
    this.pieces = new Pieces(artefact.length(), BodiesMessage.PIECE_BYTES);
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
    sourceFailed = false;
    mixed = pieces.haveBegun();
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
    while (!sourceFailed && outstanding < WINDOW) {
      OptionalLong offset = pieces.take();
      if (offset.isEmpty()) {
        break;
      }
      outstanding++;
      read(handle, offset.getAsLong())
          .whenComplete((written, error) -> pulled(node, handle, offset.getAsLong(), error));
    }
    if (outstanding == 0) {
      if (sourceFailed) {
        next(node + " " + problem);
      } else {
        verify(node);
      }
    }
  }

  private void pulled(NodeId node, BodyHandle handle, long offset, @Nullable Throwable error) {
    outstanding--;
    if (error == null) {
      pieces.arrived(offset);
    } else {
      pieces.failed(offset);
      sourceFailed = true;
      problem = Refusal.problem(error);
    }
    pull(node, handle);
  }

  private CompletionStage<Bytes> read(BodyHandle handle, long offset) {
    return patience()
        .thenCompose(
            patience ->
                bus.request(
                        Addresses.READ_BODY,
                        handle.owner(),
                        new Read(handle.key(), offset),
                        shorter(patience, Addresses.READ_BODY.patience()))
                    .map(Piece::bytes)
                    .toCompletionStage())
        .thenCompose(
            bytes -> {
              if (bytes == null || bytes.length() != pieces.lengthAt(offset)) {
                throw new Refusal(Cause.NO_PROVIDER, "no longer gives it");
              }
              return worker.call(() -> write(bytes, offset));
            });
  }

  private Bytes write(Bytes bytes, long offset) throws IOException {
    try (var file = FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      ByteBuffer piece = ByteBuffer.wrap(bytes.array());
      while (piece.hasRemaining()) {
        file.write(piece, offset + piece.position());
      }
      return bytes;
    }
  }

  private void verify(NodeId last) {
    worker
        .call(
            () -> {
              write(Bytes.EMPTY, 0);
              Disk.force(target);
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
    pieces.startOver();
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
