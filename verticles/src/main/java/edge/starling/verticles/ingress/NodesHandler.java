package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.LIST_MEMBERS;
import static edge.starling.codecs.messages.Addresses.LOADS;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.LoadMessage.AskLoads;
import edge.starling.codecs.messages.LoadMessage.Loads;
import io.vertx.core.Future;
import java.util.List;

/** {@code GET /nodes}: who is there, and how busy. */
final class NodesHandler {
  private final Bus bus;

  NodesHandler(Bus bus) {
    this.bus = bus;
  }

  void handle(Exchange exchange) {
    Future<Members> members = bus.request(LIST_MEMBERS, new ListMembers());
    // Members without a report are shown as unknown, which is what a silent load verticle means.
    Future<Loads> loads = bus.request(LOADS, new AskLoads()).otherwise(new Loads(List.of()));
    Future.all(members, loads)
        .onComplete(
            both -> exchange.json(200, NodesView.of(members.result(), loads.result())),
            fault -> exchange.fail(fault));
  }
}
