package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.DRAIN;
import static edge.starling.codecs.messages.Addresses.DUTY;
import static edge.starling.codecs.messages.Addresses.LIST_MEMBERS;
import static edge.starling.codecs.messages.Addresses.LOADS;
import static edge.starling.codecs.messages.Addresses.SET_DUTY;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.LoadMessage.AskDuty;
import edge.starling.codecs.messages.LoadMessage.AskLoads;
import edge.starling.codecs.messages.LoadMessage.Duty;
import edge.starling.codecs.messages.LoadMessage.DutyNow;
import edge.starling.codecs.messages.LoadMessage.Loads;
import edge.starling.codecs.messages.LoadMessage.SetDuty;
import edge.starling.codecs.messages.RoutingMessage.Drain;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The nodes of the cluster, and this node's part in the work. */
final class NodesHandler {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** What an operator may ask for. */
  private static final Map<String, Duty> DUTIES =
      Map.of("active", Duty.ACTIVE, "cordoned", Duty.CORDONED, "draining", Duty.DRAINING);

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final Bus bus;

  NodesHandler(Bus bus) {
    this.bus = bus;
  }

  /**
   * A node's part in the work.
   *
   * @param inProgress calls that it serves, or has forwarded
   */
  private record StateView(String name, String state, int inProgress) {}

  /** {@code GET /nodes}: who is there, and how busy. */
  void list(Exchange exchange) {
    Future<Members> members = bus.request(LIST_MEMBERS, new ListMembers());
    // Members without a report are shown as unknown, which is what a silent load verticle means.
    Future<Loads> loads =
        bus.request(LOADS, new AskLoads()).otherwise(new Loads(List.of(), List.of(), List.of()));
    Future.all(members, loads)
        .onComplete(
            both -> exchange.json(200, NodesView.of(members.result(), loads.result())),
            fault -> exchange.fail(fault));
  }

  /** {@code GET /nodes/self/state}: with {@code wait}, once no call is in progress any more. */
  void describeState(Exchange exchange) {
    String wait = exchange.request().getParam("wait");
    Duration patience = wait == null ? Duration.ZERO : CallTime.read("wait", wait, LONGEST_WAIT);
    answerState(exchange, bus.request(DUTY, new AskDuty()), patience);
  }

  /** {@code PUT /nodes/self/state}. */
  void changeState(Exchange exchange, Bytes document) {
    Duty wanted = duty(document);
    Future<DutyNow> done =
        bus.request(SET_DUTY, new SetDuty(wanted))
            .compose(
                now ->
                    now.duty() == wanted
                        ? Future.succeededFuture(now)
                        : Future.failedFuture(
                            new Unacceptable(
                                Problem.of(
                                    409,
                                    "leaving",
                                    "The node is leaving",
                                    "a node that stops does not come back"))));
    answerState(exchange, done, Duration.ZERO);
  }

  private void answerState(Exchange exchange, Future<DutyNow> duty, Duration patience) {
    duty.compose(
            now ->
                bus.request(DRAIN, new Drain(patience))
                    .map(
                        drained ->
                            new StateView(
                                bus.self().name(),
                                now.duty().name().toLowerCase(Locale.ROOT),
                                drained.left())))
        .onComplete(view -> exchange.json(200, view), fault -> exchange.fail(fault));
  }

  private static Duty duty(Bytes document) {
    try {
      JsonNode state = JSON.readTree(document.array()).path("state");
      Duty duty = state.isTextual() ? DUTIES.get(state.textValue()) : null;
      if (duty != null) {
        return duty;
      }
    } catch (IOException e) {
      // what stands there is no state
    }
    throw wrongState();
  }

  private static Unacceptable wrongState() {
    return Unacceptable.malformed(
        "the body must be {\"state\":\"active\"}, with active, cordoned or draining");
  }
}
