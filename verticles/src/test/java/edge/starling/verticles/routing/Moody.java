package edge.starling.verticles.routing;

import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Invokers that run, queue, refuse, fail or lose each call by chance, but keep to the rules: what
 * was forwarded and waited starts only once it is claimed. Counts how often each call has started.
 */
final class Moody {
  private static final int SLOWEST_MILLIS = 15;

  private final Map<InvocationId, Integer> runs = new ConcurrentHashMap<>();
  private final long seed;

  Moody(long seed) {
    this.seed = seed;
  }

  /** From now on the node is moody. */
  void infect(StandIn standIn, NodeId node) {
    Random random = new Random(seed * 31 + node.hashCode());
    standIn.invoker = call -> treat(call, standIn, random);
  }

  int runsOf(InvocationId call) {
    return runs.getOrDefault(call, 0);
  }

  private Future<Outcome> treat(Invoke call, StandIn standIn, Random random) {
    int mood = random.nextInt(100);
    if (mood < 25) {
      return standIn.refuse(Reason.QUEUE_FULL);
    } else if (mood < 28) {
      return standIn.refuse(Reason.NOT_PROVIDED);
    } else if (mood < 60) {
      return queue(call, standIn, random);
    }
    Promise<Outcome> outcome = Promise.promise();
    run(call, standIn, random, outcome);
    return outcome.future();
  }

  private Future<Outcome> queue(Invoke call, StandIn standIn, Random random) {
    Promise<Outcome> outcome = Promise.promise();
    standIn.queue(call);
    standIn.after(
        someTime(random),
        () -> {
          if (standIn.cancelled.contains(call.id())) {
            standIn.fail(Failure.CANCELLED, call).onComplete(outcome);
          } else if (call.hops() == 0) {
            run(call, standIn, random, outcome);
          } else {
            claim(call, standIn, random, outcome);
          }
        });
    return outcome.future();
  }

  private void claim(Invoke call, StandIn standIn, Random random, Promise<Outcome> outcome) {
    standIn
        .claim(call.id())
        .otherwise(false)
        .onSuccess(
            granted -> {
              if (granted && !standIn.cancelled.contains(call.id())) {
                run(call, standIn, random, outcome);
              } else {
                standIn.fail(Failure.CANCELLED, call).onComplete(outcome);
              }
            });
  }

  private void run(Invoke call, StandIn standIn, Random random, Promise<Outcome> outcome) {
    runs.merge(call.id(), 1, Integer::sum);
    int fate = random.nextInt(100);
    if (fate < 50) {
      standIn.complete(call).onComplete(outcome);
    } else if (fate < 92) {
      standIn.after(someTime(random), () -> standIn.complete(call).onComplete(outcome));
    } else if (fate < 99) {
      standIn.fail(Failure.FUNCTION_ERROR, call).onComplete(outcome);
    }
  }

  private static Duration someTime(Random random) {
    return Duration.ofMillis(1 + random.nextInt(SLOWEST_MILLIS));
  }
}
