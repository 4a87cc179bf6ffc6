package edge.starling.verticles.routing;

/**
 * Here while a call would start at once; else where this node has the fewest calls in progress,
 * which may be here, in the queue.
 */
final class LocalFirst implements SchedulingPolicy {

  @Override
  public Decision decide(Call call, View view) {
    if (view.hasFreeSlotHere() && view.isCandidate(view.self(), call)) {
      return Decision.HERE;
    }
    return LeastInProgress.choose(call, view);
  }
}
