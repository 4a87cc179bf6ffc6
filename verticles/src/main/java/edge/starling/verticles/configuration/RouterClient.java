package edge.starling.verticles.configuration;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.RoutingMessage.CheckPolicy;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Collectors;

/** Has this node's router judge policies. Confined to one event loop. */
final class RouterClient {
  private final Bus bus;

  RouterClient(Bus bus) {
    this.bus = bus;
  }

  /** The proposal, refused where the router does not know one of its policies. */
  Future<Proposal> judge(Proposal proposal) {
    List<Future<String>> problems =
        proposal.newPolicies().entrySet().stream()
            .map(policy -> problem(policy.getKey(), policy.getValue()))
            .toList();
    return Future.all(problems)
        .map(
            judged ->
                problems.stream()
                    .map(Future::result)
                    .filter(problem -> !problem.isEmpty())
                    .collect(Collectors.joining("\n")))
        .map(text -> text.isEmpty() ? proposal : proposal.refused(text));
  }

  /** Empty for none. */
  private Future<String> problem(String section, String policy) {
    return bus.request(Addresses.CHECK_POLICY, new CheckPolicy(policy))
        .map(
            checked -> {
              String problem = checked.problem();
              return problem == null ? "" : section + "." + problem;
            });
  }
}
