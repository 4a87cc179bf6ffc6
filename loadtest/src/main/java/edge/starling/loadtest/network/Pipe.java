package edge.starling.loadtest.network;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;

/** One direction of a connection through a link. Confined to the event loop of its sockets. */
final class Pipe {
  private final Vertx vertx;
  private final Link link;
  private final NetSocket from;
  private final NetSocket to;
  private final Runnable onFlushed;
  private final Passage<Buffer> passage;
  private boolean ended;
  private boolean flushed;
  private boolean waiting;

  /**
   * @param onFlushed when the sender has closed and all that it sent has arrived
   */
  Pipe(Vertx vertx, Link link, NetSocket from, NetSocket to, Runnable onFlushed) {
    this.vertx = vertx;
    this.link = link;
    this.from = from;
    this.to = to;
    this.onFlushed = onFlushed;
    passage = new Passage<>(link);
  }

  void open() {
    from.handler(this::took);
    // Comes after all that was sent, and also when the connection breaks.
    from.endHandler(
        over -> {
          ended = true;
          pump();
        });
    from.exceptionHandler(broken -> {});
    to.drainHandler(drained -> pump());
    pump();
  }

  /** Passes on what may pass now. To be called whenever the link has changed. */
  void pump() {
    if (link.isCut()) {
      from.pause();
      return;
    }
    while (!to.writeQueueFull()) {
      Buffer piece = passage.poll(System.nanoTime());
      if (piece == null) {
        break;
      }
      to.write(piece);
    }
    if (passage.hasRoom()) {
      from.resume();
    } else {
      from.pause();
    }
    if (ended && passage.isEmpty() && !flushed) {
      flushed = true;
      onFlushed.run();
    }
    waitForNext();
  }

  private void took(Buffer piece) {
    passage.add(piece, piece.length(), System.nanoTime());
    pump();
  }

  private void waitForNext() {
    long nanos = passage.nanosToNext(System.nanoTime());
    if (nanos > 0 && !waiting) {
      waiting = true;
      vertx.setTimer(
          Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)),
          due -> {
            waiting = false;
            pump();
          });
    }
  }
}
