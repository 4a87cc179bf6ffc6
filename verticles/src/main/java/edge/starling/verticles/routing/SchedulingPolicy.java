package edge.starling.verticles.routing;

/**
 * Chooses where a call runs. The one decision point of a node: calls of the node's own clients,
 * calls that peers forwarded, and further tries after a refusal are all decided here.
 *
 * <p>A policy may keep state. It is confined to the router's event loop, does no I/O, never blocks,
 * and takes time and chance only from the {@link PolicyContext} it was made with, so that a test
 * replays any run.
 */
public interface SchedulingPolicy {

  /**
   * Where the call goes. Asked again after the nodes that were named have refused, with {@link
   * View#candidates} less those that have been tried.
   */
  Decision decide(Call call, View view);

  /** Hears what became of the calls of this node's router. */
  default void observe(Event event) {}
}
