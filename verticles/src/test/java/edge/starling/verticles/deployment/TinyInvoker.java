package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.InvokerMessage.Activate;
import edge.starling.codecs.messages.InvokerMessage.Done;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.codecs.messages.InvokerMessage.Prepare;
import edge.starling.codecs.messages.InvokerMessage.Prepared;
import edge.starling.codecs.messages.InvokerMessage.Retire;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Stands in for a node's invoker. Confined to one event loop. */
final class TinyInvoker {
  /** {@code prepare 1}, {@code activate 1}, {@code retire 1}, in order. */
  final List<String> heard = new CopyOnWriteArrayList<>();

  /** What runs. */
  final Map<FunctionName, FunctionVersion> active = new ConcurrentHashMap<>();

  /** Every prepare ends with this while it is set. */
  volatile @Nullable Prepared problem;

  /** Every prepare waits for this; every retirement for the other. */
  volatile Future<?> readyToPrepare = Future.succeededFuture();

  volatile Future<?> drained = Future.succeededFuture();
  volatile boolean activateFails;
  private final Set<FunctionVersion> prepared = new HashSet<>();

  Future<?> serve(Bus bus) {
    return Future.all(
        bus.serve(Addresses.PREPARE, this::prepare),
        bus.serve(Addresses.ACTIVATE, this::activate),
        bus.serve(Addresses.RETIRE, this::retire));
  }

  private Future<Prepared> prepare(Prepare request) {
    heard.add("prepare " + request.description().version().counter());
    Path handler = Path.of(request.folder(), request.description().handler().fileName());
    return readyToPrepare.map(
        go -> {
          if (problem != null) {
            return problem;
          }
          if (!Files.isRegularFile(handler)) {
            return new Prepared(Obstacle.UNFIT, handler + " is missing");
          }
          prepared.add(request.description().version());
          return new Prepared(null, null);
        });
  }

  private Future<Done> activate(Activate request) {
    heard.add("activate " + request.version().counter());
    if (activateFails || !prepared.contains(request.version())) {
      return Future.failedFuture("not prepared");
    }
    active.put(request.function(), request.version());
    return Future.succeededFuture(new Done());
  }

  private Future<Done> retire(Retire request) {
    heard.add("retire " + request.version().counter());
    prepared.remove(request.version());
    active.remove(request.function(), request.version());
    return drained.map(new Done());
  }
}
