package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import java.time.Duration;

/** What becomes of a call at a node that it was sent to. */
public sealed interface Event {
  Call call();

  NodeId node();

  record Sent(Call call, NodeId node) implements Event {}

  record Refused(Call call, NodeId node, Occupancy occupancy) implements Event {}

  /** It had to wait there, and is about to start. */
  record Started(Call call, NodeId node) implements Event {}

  /**
   * @param took from sending to the answer
   * @param status of the function's answer
   */
  record Completed(Call call, NodeId node, Duration took, int status) implements Event {}

  /** It ended there without an answer of the function, or the node was lost. */
  record Lost(Call call, NodeId node) implements Event {}
}
