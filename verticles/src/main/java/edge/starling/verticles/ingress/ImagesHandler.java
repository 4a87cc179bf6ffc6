package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.DEPLOY_IMAGE;
import static edge.starling.codecs.messages.Addresses.LIST_MEMBERS;
import static edge.starling.codecs.messages.Addresses.REPLICAS;
import static edge.starling.codecs.messages.Addresses.SCALE;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.DeployAnswer;
import edge.starling.codecs.messages.DeploymentMessage.DeployImage;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.GatewayMessage.AskReplicas;
import edge.starling.codecs.messages.GatewayMessage.Replicas;
import edge.starling.codecs.messages.GatewayMessage.Scale;
import edge.starling.codecs.messages.GatewayMessage.Scaled;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Functions that are OCI images, on those nodes of the cluster that have an OpenFaaS gateway. */
final class ImagesHandler {
  private final Bus bus;

  /** How often a function runs, and how often it is meant to. */
  record Runs(int wanted, int available) {}

  ImagesHandler(Bus bus) {
    this.bus = bus;
  }

  /** Of an image that no node can run. */
  static Unacceptable noImage(String image) {
    return Unacceptable.malformed(
        "image \""
            + image
            + "\": no function of the cluster has such code, and no node has the runtime"
            + " \"openfaas\", which runs OCI images; an image is wasm:sha256:HEX or"
            + " process:sha256:HEX, the handler of some function, or a function's name");
  }

  /**
   * On the first node that has a gateway that answers.
   *
   * @param first in the order in which they are asked, before all others
   */
  Future<Void> deploy(Mode mode, OpenFaasDeployment wanted, List<NodeId> first) {
    DeployImage request =
        new DeployImage(mode, wanted.function(), wanted.choices(RuntimeKind.OPENFAAS), false);
    return bus.request(LIST_MEMBERS, new ListMembers())
        .compose(
            members -> {
              Set<NodeId> nodes = new LinkedHashSet<>(first);
              nodes.add(bus.self());
              members.members().forEach(member -> nodes.add(member.node()));
              return deploy(request, new ArrayList<>(nodes), null);
            })
        .compose(
            answer -> {
              Rejected rejected = answer instanceof Rejected no ? no : null;
              return rejected != null && rejected.cause() == Cause.SWITCHED_OFF
                  ? Future.failedFuture(noImage(wanted.image()))
                  : OpenFaasHandler.unlessRejected(rejected);
            });
  }

  /**
   * Shares them out over the gateways of all providers.
   *
   * @return what was wrong with one of them; null where nothing was
   */
  Future<@Nullable String> scale(Entry entry, int replicas) {
    return gateways(entry)
        .compose(
            gateways -> {
              List<NodeId> nodes = List.copyOf(gateways.keySet());
              List<Future<Scaled>> answers = new ArrayList<>();
              for (int i = 0; i < nodes.size(); i++) {
                int share = replicas / nodes.size() + (i < replicas % nodes.size() ? 1 : 0);
                answers.add(scale(entry.description().name(), nodes.get(i), share));
              }
              return Future.all(answers)
                  .map(
                      all ->
                          answers.stream()
                              .map(answer -> answer.result().problem())
                              .filter(problem -> problem != null)
                              .findFirst()
                              .orElse(null));
            });
  }

  private Future<Scaled> scale(FunctionName function, NodeId node, int share) {
    return bus.request(SCALE, node, new Scale(function, share))
        .otherwise(fault -> new Scaled(node.name() + ": " + fault.getMessage()));
  }

  /** How often it runs: once on each provider, or as often as their gateways say. */
  Future<Runs> runs(Entry entry) {
    int providers = entry.providers().size();
    return entry.description().settings().runtime() != RuntimeKind.OPENFAAS
        ? Future.succeededFuture(new Runs(providers, providers))
        : gateways(entry)
            .map(
                gateways -> {
                  int wanted = 0;
                  int available = 0;
                  for (Replicas there : gateways.values()) {
                    Integer known = there.wanted();
                    wanted += known == null ? 1 : known;
                    available += known == null ? 1 : there.available();
                  }
                  return new Runs(wanted, available);
                });
  }

  /** Each gateway once, by one of the providers that have it. */
  private Future<Map<NodeId, Replicas>> gateways(Entry entry) {
    Map<NodeId, Future<Replicas>> answers = new LinkedHashMap<>();
    for (NodeId node : entry.providers()) {
      answers.put(
          node,
          bus.request(REPLICAS, node, new AskReplicas(entry.description().name()))
              // who does not tell is a provider all the same
              .otherwise(new Replicas(1, 1, null)));
    }
    return Future.all(List.copyOf(answers.values()))
        .map(
            all -> {
              Map<NodeId, Replicas> gateways = new LinkedHashMap<>();
              Set<String> seen = new HashSet<>();
              answers.forEach(
                  (node, answer) -> {
                    String gateway = answer.result().gateway();
                    if (gateway == null || seen.add(gateway)) {
                      gateways.put(node, answer.result());
                    }
                  });
              return gateways;
            });
  }

  private Future<DeployAnswer> deploy(
      DeployImage request, List<NodeId> nodes, @Nullable Rejected before) {
    return bus.request(DEPLOY_IMAGE, nodes.get(0), request)
        .compose(
            answer -> {
              Rejected rejected = answer instanceof Rejected no && isElsewhere(no) ? no : null;
              return rejected == null
                  ? Future.succeededFuture(answer)
                  : next(request, nodes, worse(before, rejected));
            },
            fault ->
                fault instanceof BusError error && error.isSurelyNotTaken()
                    ? next(request, nodes, before)
                    : Future.failedFuture(fault));
  }

  private Future<DeployAnswer> next(
      DeployImage request, List<NodeId> nodes, @Nullable Rejected before) {
    if (nodes.size() > 1) {
      return deploy(request, nodes.subList(1, nodes.size()), before);
    }
    return Future.succeededFuture(
        before != null ? before : new Rejected(Cause.NO_PROVIDER, "no node could be asked"));
  }

  /** Whether another node may do what this one cannot. */
  private static boolean isElsewhere(Rejected rejected) {
    return switch (rejected.cause()) {
      case SWITCHED_OFF, RUNTIME_DOWN, DRAINING -> true;
      default -> false;
    };
  }

  /** A gateway that is down says more than that others have none. */
  private static Rejected worse(@Nullable Rejected before, Rejected now) {
    return before != null && now.cause() == Cause.SWITCHED_OFF ? before : now;
  }
}
