package edge.starling.verticles.invoker;

/**
 * Bounds a function's calls to a rate, of which the node's own come first: a forwarded call is
 * admitted only where those that the node's own clients have wanted within the window, admitted or
 * not, and the forwarded ones that were admitted leave room. Confined to one thread.
 */
final class RateLimit {
  private final SlidingWindow admitted;
  private final SlidingWindow wanted;

  /**
   * @param rate a second, own and forwarded calls together
   */
  RateLimit(double rate) {
    this.admitted = new SlidingWindow(rate);
    this.wanted = new SlidingWindow(rate);
  }

  /** What was admitted before counts against the new rate. */
  void changeRate(double rate) {
    admitted.changeRate(rate);
    wanted.changeRate(rate);
  }

  /**
   * When there is room for one more, if none is admitted until then; 0 for at once.
   *
   * @param givesWay whether it has to leave room for the node's own
   */
  long nanosUntilRoom(boolean givesWay, long now) {
    long room = admitted.nanosUntilRoom(now);
    return givesWay ? Math.max(room, wanted.nanosUntilRoom(now)) : room;
  }

  /** A call of the node's own clients has come, whether it will be admitted or not. */
  void ownArrived(long now) {
    wanted.record(now);
  }

  void admitted(boolean forwarded, long now) {
    admitted.record(now);
    if (forwarded) {
      wanted.record(now);
    }
  }
}
