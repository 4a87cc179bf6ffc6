package edge.starling.loadtest.gatling;

/** Calls as they could have been. */
public final class SentCalls {
  private SentCalls() {}

  public static SentCall served(String node, double startedMillis, double latencyMillis) {
    return call(startedMillis, latencyMillis, 200, node, "", "");
  }

  public static SentCall refused(double startedMillis, double latencyMillis, String retryAfter) {
    return call(startedMillis, latencyMillis, 503, "n1", retryAfter, "");
  }

  public static SentCall failed(double startedMillis, double latencyMillis, String error) {
    return call(startedMillis, latencyMillis, 0, "", "", error);
  }

  private static SentCall call(
      double startedMillis,
      double latencyMillis,
      int status,
      String node,
      String retryAfter,
      String error) {
    return new SentCall(
        "n1",
        Math.round(startedMillis * 1000),
        Math.round(latencyMillis * 1000),
        status,
        node,
        0,
        retryAfter,
        error);
  }
}
