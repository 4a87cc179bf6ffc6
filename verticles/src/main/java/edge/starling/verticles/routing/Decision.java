package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.util.List;

/** What a policy says of a call. */
public sealed interface Decision {
  Decision HERE = new Here();
  Decision REJECT = new Reject();

  /** Run it on this node. */
  record Here() implements Decision {}

  /** Hand it to the first of these that takes it; this node may be among them. */
  record Forward(List<NodeId> inOrder) implements Decision {
    public Forward {
      inOrder = List.copyOf(inOrder);
    }
  }

  /** Hand it to all of these at once: the first good answer counts, the others are cancelled. */
  record Race(List<NodeId> nodes) implements Decision {
    public Race {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Ask these for their load first, then decide again, once.
   *
   * @param patience answers that come later are not waited for
   */
  record Ask(List<NodeId> nodes, Duration patience) implements Decision {
    public Ask {
      nodes = List.copyOf(nodes);
    }
  }

  /** Nobody is left who could take it. */
  record Reject() implements Decision {}
}
