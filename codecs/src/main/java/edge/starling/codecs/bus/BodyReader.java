package edge.starling.codecs.bus;

import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage;
import edge.starling.codecs.messages.BodiesMessage.Piece;
import edge.starling.codecs.messages.BodiesMessage.Read;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body or an artefact from the node that holds it, in pieces of {@link
 * BodiesMessage#PIECE_BYTES} of which {@value #OUTSTANDING} are asked for at a time, and {@value
 * #OUTSTANDING_FROM_ONE_NODE} from one node by all readers of a bus together: enough to keep the
 * connection busy, and few enough for small messages to pass between them.
 *
 * <p>Confined to the context of the bus.
 */
public final class BodyReader {
  static final int OUTSTANDING = 4;
  private static final int TRIES = 3;
  static final int OUTSTANDING_FROM_ONE_NODE = 8;

  /** The most that it holds at a time. */
  public static final int READ_AHEAD_BYTES = OUTSTANDING * BodiesMessage.PIECE_BYTES;

  /** Not all of the body could be had; the message says why. */
  public static final class Lost extends RuntimeException {
    Lost(String detail) {
      super(detail, null, false, false);
    }
  }

  private final Bus bus;
  private final BodyHandle handle;
  private final long deadlineNanos;
  private final Function<Bytes, Future<Void>> sink;
  private final PieceWindow pieces;
  private final Promise<Void> done = Promise.promise();
  private final Map<Long, Bytes> arrived = new HashMap<>();
  private long asked;
  private long taken;
  private boolean sinkIsBusy;
  private @Nullable Lost lost;

  private BodyReader(
      Bus bus,
      BodyHandle handle,
      long from,
      Duration patience,
      Function<Bytes, Future<Void>> sink) {
    this.bus = bus;
    this.handle = handle;
    this.pieces = bus.piecesFrom(handle.owner());
    this.asked = from;
    this.taken = from;
    this.deadlineNanos = System.nanoTime() + patience.toNanos();
    this.sink = sink;
  }

  /**
   * Hands the pieces to the sink, in their order, each when the one before is taken. Never holds
   * more than {@value #OUTSTANDING} pieces. Whatever the end, the sink is at rest then.
   *
   * @param from an offset: what comes before it is not read
   * @param patience for all of it
   * @return fails with {@link Lost}, or as the sink does
   */
  public static Future<Void> read(
      Bus bus,
      BodyHandle handle,
      long from,
      Duration patience,
      Function<Bytes, Future<Void>> sink) {
    BodyReader reader = new BodyReader(bus, handle, from, patience, sink);
    reader.goOn();
    return reader.done.future();
  }

  /**
   * Reads it into memory.
   *
   * @param limit a longer one is not read, in bytes
   * @param patience for all of it
   * @return fails with {@link Lost}
   */
  public static Future<Bytes> readAll(Bus bus, BodyHandle handle, int limit, Duration patience) {
    if (handle.length() < 0 || handle.length() > limit) {
      return Future.failedFuture(
          new Lost("a body of " + handle.length() + " bytes is over the limit of " + limit));
    }
    byte[] all = new byte[(int) handle.length()];
    int[] filled = {0};
    return read(
            bus,
            handle,
            0,
            patience,
            piece -> {
              System.arraycopy(piece.array(), 0, all, filled[0], piece.length());
              filled[0] += piece.length();
              return Future.succeededFuture();
            })
        .map(done -> Bytes.wrap(all));
  }

  private void goOn() {
    if (done.future().isComplete()) {
      return;
    }
    if (lost != null) {
      if (!sinkIsBusy) {
        done.fail(lost);
      }
      return;
    }
    if (taken >= handle.length()) {
      done.complete();
      return;
    }
    Bytes next = sinkIsBusy ? null : arrived.remove(taken);
    if (next != null) {
      sinkIsBusy = true;
      Future.succeededFuture(next)
          .compose(sink)
          .onSuccess(stored -> taken(next))
          .onFailure(done::tryFail);
    }
    while (asked < handle.length() && asked - taken < READ_AHEAD_BYTES) {
      long offset = asked;
      asked += BodiesMessage.PIECE_BYTES;
      pieces.enter(() -> ask(offset));
    }
  }

  private void taken(Bytes piece) {
    sinkIsBusy = false;
    taken += piece.length();
    goOn();
  }

  private void ask(long offset) {
    ask(offset, TRIES);
  }

  private void ask(long offset, int tries) {
    if (done.future().isComplete() || lost != null) {
      pieces.leave();
      return;
    }
    Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime());
    Duration own = Addresses.READ_BODY.patience();
    bus.request(
            Addresses.READ_BODY,
            handle.owner(),
            new Read(handle.key(), offset),
            left.compareTo(own) < 0 ? left : own)
        .onComplete(answered -> pieces.leave())
        .onSuccess(piece -> arrived(offset, piece))
        .onFailure(error -> missed(offset, tries, error));
  }

  /** Reading twice does no harm, and a message may be lost where its body is not. */
  private void missed(long offset, int tries, Throwable error) {
    boolean late = error instanceof BusError fault && fault.code() == BusError.Code.TIMED_OUT;
    if (late && tries > 1 && deadlineNanos - System.nanoTime() > 0) {
      pieces.enter(() -> ask(offset, tries - 1));
    } else {
      lose(String.valueOf(error.getMessage()));
    }
  }

  private void arrived(long offset, Piece piece) {
    Bytes bytes = piece.bytes();
    long expected = Math.min(BodiesMessage.PIECE_BYTES, handle.length() - offset);
    if (bytes == null) {
      lose("it is no longer there");
    } else if (bytes.length() != expected) {
      lose(bytes.length() + " bytes at " + offset + " instead of " + expected);
    } else {
      arrived.put(offset, bytes);
      goOn();
    }
  }

  private void lose(String why) {
    if (lost == null) {
      lost = new Lost("a body could not be read from " + handle.owner() + ": " + why);
      goOn();
    }
  }
}
