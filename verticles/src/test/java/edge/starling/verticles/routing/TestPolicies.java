package edge.starling.verticles.routing;

import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Policies that the tests' class path adds to the node, named in META-INF/services. */
public final class TestPolicies {
  private TestPolicies() {}

  /** Fails whenever it is asked. */
  public static final class FailsToDecide implements SchedulingPolicyFactory {
    @Override
    public String name() {
      return "fails-to-decide";
    }

    @Override
    public SchedulingPolicy create(PolicyContext context) {
      return (call, view) -> {
        throw new IllegalStateException("the policy has a bug");
      };
    }
  }

  /** Decides as local-first does, and fails whenever it is told anything. */
  public static final class FailsToObserve implements SchedulingPolicyFactory {
    @Override
    public String name() {
      return "fails-to-observe";
    }

    @Override
    public SchedulingPolicy create(PolicyContext context) {
      return new SchedulingPolicy() {
        @Override
        public Decision decide(Call call, View view) {
          return LeastInProgress.choose(call, view);
        }

        @Override
        public void observe(Event event) {
          throw new IllegalStateException("the policy has a bug");
        }
      };
    }
  }

  /** Asks all candidates for their load, then takes the one with the most free slots. */
  public static final class AsksFirst implements SchedulingPolicyFactory {
    @Override
    public String name() {
      return "asks-first";
    }

    @Override
    public SchedulingPolicy create(PolicyContext context) {
      return (call, view) -> {
        List<NodeId> candidates = view.candidates(call);
        if (!call.hasAsked()) {
          return new Decision.Ask(candidates, Duration.ofMillis(200));
        }
        return candidates.stream()
            .max(Comparator.comparingInt(node -> view.occupancy(node).freeSlots()))
            .<Decision>map(node -> new Decision.Forward(List.of(node)))
            .orElse(Decision.REJECT);
      };
    }
  }
}
