package edge.starling.codecs.bus;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * How many pieces of bodies are on their way from one node to one verticle at a time, whatever
 * bodies they are of: what is on its way delays every small message on the same connection. Who
 * finds no place waits for its turn. Confined to one context.
 */
final class PieceWindow {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int free;

  PieceWindow(int pieces) {
    this.free = pieces;
  }

  /** Runs this as soon as there is a place for a piece, which {@link #leave} frees. */
  void enter(Runnable ask) {
    if (free > 0) {
      free--;
      ask.run();
    } else {
      waiting.add(ask);
    }
  }

  void leave() {
    Runnable next = waiting.poll();
    if (next == null) {
      free++;
    } else {
      next.run();
    }
  }
}
