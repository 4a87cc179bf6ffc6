package edge.starling.verticles.routing;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Request;
import java.util.List;

/** What a policy sees of a call. */
public interface Call {
  InvocationId id();

  FunctionName function();

  Request request();

  /** Forwards so far: 0 for a call of this node's own client. */
  int hops();

  /** Whether a peer sent it. */
  default boolean isExternal() {
    return hops() > 0;
  }

  /** Nanoseconds left; may be negative. */
  long remainingNanos();

  /** The nodes that this router has sent it to, itself included, in order. */
  List<NodeId> tried();

  /** Whether the policy's request for the peers' load has been carried out. */
  boolean hasAsked();
}
