package edge.starling.verticles.manycall;

import java.util.concurrent.CompletionStage;

/** Where answers wait that find no room in memory. Stages complete on the event loop. */
interface Spill {
  /** Appends; completes with where it begins. */
  CompletionStage<Long> append(byte[] bytes);

  CompletionStage<byte[]> read(long at, int length);
}
