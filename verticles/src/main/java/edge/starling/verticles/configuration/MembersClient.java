package edge.starling.verticles.configuration;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Address;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.ConfigurationMessage.ApplyChange;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeVerdict;
import edge.starling.codecs.messages.ConfigurationMessage.CheckChange;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.NodeId;
import edge.starling.verticles.configuration.NodeAnswers.NodeAnswer;
import edge.starling.verticles.configuration.NodeAnswers.Said;
import io.vertx.core.Future;
import java.util.List;

/** Asks the members of the cluster, this node included. Confined to one event loop. */
final class MembersClient {
  private final Bus bus;

  MembersClient(Bus bus) {
    this.bus = bus;
  }

  Future<List<NodeId>> list() {
    return bus.request(Addresses.LIST_MEMBERS, new ListMembers())
        .map(members -> members.members().stream().map(Member::node).toList());
  }

  /** Whether they would make the change. */
  Future<NodeAnswers> check(List<NodeId> nodes, String document) {
    return ask(nodes, Addresses.CHECK_CHANGE, new CheckChange(document));
  }

  Future<NodeAnswers> apply(List<NodeId> nodes, String document) {
    return ask(nodes, Addresses.APPLY_CHANGE, new ApplyChange(document));
  }

  private <Q extends BusMessage> Future<NodeAnswers> ask(
      List<NodeId> nodes, Address<Q, ChangeVerdict> address, Q question) {
    List<Future<NodeAnswer>> answers =
        nodes.stream()
            .map(
                node ->
                    bus.request(address, node, question)
                        .map(verdict -> answer(node, verdict))
                        .otherwise(error -> silence(node, error)))
            .toList();
    return Future.join(answers).map(all -> new NodeAnswers(all.list()));
  }

  private static NodeAnswer answer(NodeId node, ChangeVerdict verdict) {
    String problem = verdict.problem();
    return problem == null
        ? new NodeAnswer(node, Said.YES, "")
        : new NodeAnswer(node, Said.NO, problem);
  }

  private static NodeAnswer silence(NodeId node, Throwable error) {
    boolean notThere = error instanceof BusError fault && fault.isSurelyNotTaken();
    return new NodeAnswer(
        node,
        Said.NOTHING,
        notThere ? "it was not reached; it may be starting or stopping" : "no answer in time");
  }
}
