package edge.starling.loadtest.faults;

/**
 * A call that a client is about to make.
 *
 * @param id made up by the client; the function leaves it behind when it runs
 * @param client that makes the call
 * @param node that is asked
 * @param keyed whether it carries {@code Idempotency-Key}
 * @param bodyBytes sent, and to be sent back
 * @param workMillis how long the function is to take
 */
record CallPlan(
    String id,
    String client,
    String node,
    String function,
    String method,
    boolean keyed,
    int bodyBytes,
    int workMillis) {

  /** Whether running it twice is the same as running it once. */
  boolean isIdempotent() {
    return keyed || method.equals("GET");
  }
}
