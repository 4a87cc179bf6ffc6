package edge.starling.loadtest.gatling;

/**
 * A call as its client has seen it.
 *
 * @param stream that it belongs to
 * @param startedMicros when it was sent, since its phase began; may be a little below zero
 * @param latencyMicros until the whole answer was there, or it was known that none comes
 * @param status of the answer; 0 if there was none
 * @param servedBy the node that says so; empty if none does
 * @param hops that the answer tells; 0 if it does not
 * @param retryAfter the header; empty if there is none
 * @param error why there was no answer; empty if there was one
 */
public record SentCall(
    String stream,
    long startedMicros,
    long latencyMicros,
    int status,
    String servedBy,
    int hops,
    String retryAfter,
    String error) {

  public long endedMicros() {
    return startedMicros + latencyMicros;
  }

  public boolean isServed() {
    return status == 200;
  }

  public boolean isRefused() {
    return status == 503;
  }
}
