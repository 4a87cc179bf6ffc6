package edge.starling.codecs.messages;

/**
 * How full a node is.
 *
 * @param running invocations that hold a slot
 * @param queued invocations that wait for one
 * @param slots the most that run at once
 * @param queueLimit the most that wait
 * @param freeMemoryMiB what WebAssembly instances may still reserve
 */
public record Occupancy(int running, int queued, int slots, int queueLimit, int freeMemoryMiB) {
  /** What is assumed of a node that has not told yet. */
  public static final Occupancy UNKNOWN = new Occupancy(0, 0, 1, 0, 0);

  /** Invocations that it would start at once. */
  public int freeSlots() {
    return Math.max(0, slots - running - queued);
  }
}
