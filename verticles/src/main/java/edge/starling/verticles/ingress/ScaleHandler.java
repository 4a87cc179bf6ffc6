package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.LIST_MEMBERS;
import static edge.starling.codecs.messages.Addresses.LOADS;
import static edge.starling.codecs.messages.Addresses.PLACE;
import static edge.starling.codecs.messages.Addresses.REST;

import com.fasterxml.jackson.databind.JsonNode;
import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.DeploymentMessage.Choices;
import edge.starling.codecs.messages.DeploymentMessage.Mode;
import edge.starling.codecs.messages.DeploymentMessage.Place;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.DeploymentMessage.Rest;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.LoadMessage.AskLoads;
import edge.starling.codecs.messages.LoadMessage.Loads;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /system/scale-function/{name}}: so many nodes provide the function from now on, as
 * far as there are so many. With 0 the function stays, and its calls are refused.
 */
final class ScaleHandler {
  private final Bus bus;
  private final OpenFaasHandler functions;
  private final ImagesHandler images;

  ScaleHandler(Bus bus, OpenFaasHandler functions, ImagesHandler images) {
    this.bus = bus;
    this.images = images;
    this.functions = functions;
  }

  /**
   * What came of it.
   *
   * @param problem of a node that did not do as it was asked; null where all did
   */
  private record Reached(int providers, @Nullable String problem) {}

  void scale(Exchange exchange, String name, Bytes document) {
    OpenFaasDocument json = OpenFaasDocument.parse(document.array());
    FunctionName function = function(exchange, name, json);
    int wanted = replicas(json);
    functions
        .existing(function, "function: ")
        .compose(entry -> reach(entry, wanted))
        .onComplete(
            reached -> exchange.attempt(() -> answer(exchange, reached, wanted)),
            fault -> exchange.fail(fault));
  }

  private static FunctionName function(Exchange exchange, String name, OpenFaasDocument json) {
    String namespace = json.text("namespace");
    return namespace == null || namespace.isEmpty() || name.indexOf('.') >= 0
        ? OpenFaasNames.inPath(exchange.request(), name)
        : OpenFaasNames.function(name, namespace);
  }

  private static int replicas(OpenFaasDocument json) {
    JsonNode replicas = json.member("replicas");
    if (replicas == null || !replicas.canConvertToInt() || !replicas.isIntegralNumber()) {
      throw Unacceptable.malformed("replicas must be a whole number, 0 or more");
    }
    if (replicas.intValue() < 0) {
      throw Unacceptable.malformed("replicas must be 0 or more, not " + replicas.intValue());
    }
    return replicas.intValue();
  }

  private static void answer(Exchange exchange, Reached reached, int wanted) {
    String problem = reached.problem();
    if (reached.providers() == wanted) {
      exchange.empty(200);
    } else if (problem != null) {
      exchange.problem(
          Problem.of(
              500,
              "not-scaled",
              "The function is not scaled",
              reached.providers() + " nodes provide it: " + problem));
    } else {
      exchange.text(
          202,
          "text/plain; charset=utf-8",
          (reached.providers() + " nodes provide it, and there is no further one")
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  private Future<Reached> reach(Entry entry, int wanted) {
    boolean scalesElsewhere =
        entry.description().settings().runtime() == RuntimeKind.OPENFAAS
            && !entry.providers().isEmpty();
    return scalesElsewhere
        ? images
            .scale(entry, wanted)
            .map(problem -> new Reached(problem == null ? wanted : wanted + 1, problem))
        : reach(entry.description().name(), entry.providers(), wanted);
  }

  private Future<Reached> reach(FunctionName function, List<NodeId> providers, int wanted) {
    Future<Members> members = bus.request(LIST_MEMBERS, new ListMembers());
    // Without reports any order is as good as another.
    Future<Loads> loads =
        bus.request(LOADS, new AskLoads()).otherwise(new Loads(List.of(), List.of(), List.of()));
    return Future.all(members, loads)
        .compose(
            both -> {
              Room room = new Room(members.result(), loads.result());
              int missing = wanted - providers.size();
              return missing >= 0
                  ? grow(function, room.roomiestBut(providers), missing, null)
                      .map(grown -> new Reached(wanted - grown.providers(), grown.problem()))
                  : shrink(function, room.fullestOf(providers), -missing)
                      .map(left -> new Reached(wanted + left.providers(), left.problem()));
            });
  }

  /**
   * @return how many are missing in the end
   */
  private Future<Reached> grow(
      FunctionName function, List<NodeId> candidates, int missing, @Nullable String problem) {
    int tried = Math.min(missing, candidates.size());
    if (tried == 0) {
      return Future.succeededFuture(new Reached(missing, problem));
    }
    List<Future<Optional<String>>> problems =
        candidates.subList(0, tried).stream().map(node -> provide(function, node)).toList();
    return Future.all(problems)
        .compose(
            all -> {
              List<String> failed =
                  problems.stream().flatMap(one -> one.result().stream()).toList();
              return grow(
                  function,
                  candidates.subList(tried, candidates.size()),
                  missing - tried + failed.size(),
                  failed.isEmpty() ? problem : failed.get(0));
            });
  }

  /**
   * @return how many are too many in the end
   */
  private Future<Reached> shrink(FunctionName function, List<NodeId> fullest, int surplus) {
    List<Future<Optional<String>>> problems =
        fullest.stream().limit(surplus).map(node -> rest(function, node)).toList();
    return Future.all(problems)
        .map(
            all -> {
              List<String> failed =
                  problems.stream().flatMap(one -> one.result().stream()).toList();
              return new Reached(failed.size(), failed.isEmpty() ? null : failed.get(0));
            });
  }

  private Future<Optional<String>> provide(FunctionName function, NodeId node) {
    return bus.request(PLACE, node, new Place(Mode.PUT, function, Choices.NONE, null))
        .map(answer -> answer instanceof Rejected rejected ? rejected.detail() : null)
        .map(Optional::ofNullable)
        .otherwise(fault -> Optional.of(Objects.requireNonNullElse(fault.getMessage(), "")))
        .map(problem -> problem.map(detail -> node.name() + ": " + detail));
  }

  private Future<Optional<String>> rest(FunctionName function, NodeId node) {
    return bus.request(REST, node, new Rest(function))
        .map(rested -> Optional.ofNullable(rested.rejected()).map(Rejected::detail))
        .otherwise(fault -> Optional.of(Objects.requireNonNullElse(fault.getMessage(), "")))
        .map(problem -> problem.map(detail -> node.name() + ": " + detail));
  }
}
