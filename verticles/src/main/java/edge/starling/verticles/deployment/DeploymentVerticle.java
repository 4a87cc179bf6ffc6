package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.DeploymentMessage.ArtefactAt;
import edge.starling.codecs.messages.DeploymentMessage.AskArtefact;
import edge.starling.codecs.messages.DeploymentMessage.AskRecovered;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Deploy;
import edge.starling.codecs.messages.DeploymentMessage.DeployAnswer;
import edge.starling.codecs.messages.DeploymentMessage.Deployed;
import edge.starling.codecs.messages.DeploymentMessage.Discard;
import edge.starling.codecs.messages.DeploymentMessage.Discarded;
import edge.starling.codecs.messages.DeploymentMessage.Place;
import edge.starling.codecs.messages.DeploymentMessage.Recovered;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.DeploymentMessage.Rest;
import edge.starling.codecs.messages.DeploymentMessage.Rested;
import edge.starling.codecs.messages.DeploymentMessage.TakeOver;
import edge.starling.codecs.messages.DeploymentMessage.TakenOver;
import edge.starling.codecs.messages.DeploymentMessage.Undeploy;
import edge.starling.codecs.messages.DeploymentMessage.Undeployed;
import edge.starling.codecs.messages.DeploymentMessage.Upload;
import edge.starling.codecs.messages.LoadMessage.Duty;
import edge.starling.codecs.messages.LoadMessage.DutyNow;
import edge.starling.codecs.messages.NodeId;
import edge.starling.config.DeploymentConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes functions in, keeps them on disk, brings them back at the start, follows the index, hands
 * its artefacts to other nodes and removes them. Operations on one function take turns; the disk is
 * worked on off the event loop.
 */
public final class DeploymentVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(DeploymentVerticle.class);
  private static final int DISK_THREADS = 4;
  private static final int MOST_WAITING = 16;
  private static final Duration AUDIT = Duration.ofSeconds(30);

  private final NodeId self;
  private final DeploymentConfig config;
  private final MeterRegistry metrics;
  private final FunctionFolders folders;
  private final Copies copies = new Copies();
  private final Turns turns = new Turns(MOST_WAITING);
  private @Nullable Parts parts;
  private boolean leaving;

  /** What exists once the bus is open. */
  private record Parts(
      Worker worker,
      ArtefactClient artefacts,
      Deployer deployer,
      Takeovers takeovers,
      Removal removal,
      Upkeep upkeep) {}

  /**
   * @param data the node's folder
   */
  public DeploymentVerticle(
      NodeId self, Path data, DeploymentConfig config, MeterRegistry metrics) {
    this.self = self;
    this.config = config;
    this.metrics = metrics;
    this.folders = new FunctionFolders(data);
  }

  @Override
  public Future<?> start() {
    return Bus.open(vertx, self).compose(this::findFunctions).compose(this::serve);
  }

  private Future<Bus> findFunctions(Bus bus) {
    Parts assembled = assemble(bus, new DiskWorker());
    parts = assembled;
    Gauge.builder("starling.deployment.functions", copies, Copies::running)
        .description("Functions that this node provides")
        .register(metrics);
    Gauge.builder("starling.deployment.recovering", assembled.upkeep(), Upkeep::recovering)
        .description("Functions on disk that are still being brought back")
        .register(metrics);
    return Future.fromCompletionStage(assembled.worker().call(folders::open), context)
        .map(
            found -> {
              found.forEach(copies::put);
              return bus;
            });
  }

  private Future<?> serve(Bus bus) {
    vertx.setPeriodic(AUDIT.toMillis(), timer -> parts().upkeep().audit());
    return Future.all(
            List.of(
                bus.serve(Addresses.DEPLOY, this::deploy),
                bus.serve(Addresses.PLACE, this::place),
                bus.serve(
                    Addresses.DEPLOY_IMAGE,
                    request -> answered(() -> parts().deployer().deploy(request))),
                bus.serve(Addresses.REST, this::rest),
                bus.serve(Addresses.UNDEPLOY, this::undeploy),
                bus.serve(Addresses.TAKE_OVER, this::takeOver),
                bus.serve(Addresses.DISCARD, this::discard),
                bus.serve(Addresses.ARTEFACT, this::artefact),
                bus.on(Addresses.ANNOUNCED, notice -> parts().upkeep().heard(notice)),
                bus.on(Addresses.DELETED, notice -> parts().upkeep().heard(notice)),
                bus.on(Addresses.GATEWAY_CHANGED, notice -> parts().upkeep().heard(notice)),
                bus.on(Addresses.DUTY_CHANGED, this::dutyChanged)))
        .compose(
            served -> {
              parts().upkeep().recover();
              return bus.serve(Addresses.RECOVERED, this::recovered);
            });
  }

  private Parts assemble(Bus bus, Worker worker) {
    long mostBytes = config.maxArtefact().bytes();
    IndexClient index = new IndexClient(bus);
    ArtefactClient artefacts = new ArtefactClient(bus, copies, folders, worker, mostBytes);
    Installation installation =
        new Installation(copies, folders, worker, new RuntimeClient(bus), artefacts, index);
    Takeovers takeovers = new Takeovers(self, copies, index, artefacts, installation);
    Intake intake =
        new Intake(
            self,
            mostBytes,
            Clock.systemUTC(),
            copies,
            folders,
            worker,
            index,
            artefacts,
            installation);
    return new Parts(
        worker,
        artefacts,
        new Deployer(
            self,
            config.takeOverTimeout(),
            System::nanoTime,
            turns,
            new RouterClient(bus),
            intake,
            index,
            new ProvidersClient(bus, config.takeOverTimeout(), metrics)),
        takeovers,
        new Removal(copies, index, installation),
        new Upkeep(self, copies, turns, worker, index, installation, takeovers, System::nanoTime));
  }

  private Future<DeployAnswer> deploy(Deploy request) {
    return answered(() -> parts().deployer().deploy(request))
        .eventually(() -> future(discardUploads(request)));
  }

  private Future<DeployAnswer> place(Place request) {
    return answered(() -> parts().deployer().place(request));
  }

  private Future<DeployAnswer> answered(Supplier<CompletionStage<DeployAnswer>> deployment) {
    Timer.Sample time = Timer.start(metrics);
    CompletionStage<DeployAnswer> answer =
        leaving
            ? CompletableFuture.failedStage(
                new Refusal(Cause.DRAINING, "this node is leaving the cluster; ask another one"))
            : deployment.get();
    return future(
        answer
            .exceptionallyCompose(DeploymentVerticle::rejected)
            .whenComplete(
                (ended, error) ->
                    time.stop(
                        metrics.timer("starling.deployment.time", "outcome", outcome(ended)))));
  }

  private Future<Rested> rest(Rest request) {
    return future(
        turns
            .take(request.function(), () -> parts().removal().rest(request))
            .exceptionallyCompose(error -> refused(error, Rested::new)));
  }

  private Future<Undeployed> undeploy(Undeploy request) {
    return future(
        turns
            .take(request.function(), () -> parts().removal().undeploy(request))
            .exceptionallyCompose(error -> refused(error, Undeployed::new)));
  }

  private Future<TakenOver> takeOver(TakeOver request) {
    if (leaving) {
      // It catches up when it comes back.
      return Future.succeededFuture(new TakenOver(null));
    }
    Deadline deadline = new Deadline(System::nanoTime, config.takeOverTimeout());
    return future(
        turns
            .take(request.description().name(), () -> parts().takeovers().take(request, deadline))
            .exceptionally(error -> new TakenOver(Refusal.problem(error))));
  }

  private Future<Discarded> discard(Discard request) {
    return future(parts().removal().discard(request));
  }

  private Future<ArtefactAt> artefact(AskArtefact request) {
    return future(parts().artefacts().share(request.sha256()));
  }

  private Future<Recovered> recovered(AskRecovered request) {
    return Future.succeededFuture(new Recovered(parts().upkeep().recovering()));
  }

  private void dutyChanged(DutyNow now) {
    if (now.duty() == Duty.LEAVING) {
      leaving = true;
      parts().upkeep().stop();
    }
  }

  private CompletionStage<Deploy> discardUploads(Deploy request) {
    return parts()
        .worker()
        .call(
            () -> {
              delete(request.handler());
              delete(request.requirements());
              return request;
            });
  }

  private static void delete(@Nullable Upload upload) {
    if (upload != null) {
      try {
        Files.deleteIfExists(Path.of(upload.path()));
      } catch (IOException e) {
        LOG.warn("{} stays", upload.path(), e);
      }
    }
  }

  private static CompletionStage<DeployAnswer> rejected(Throwable error) {
    return refused(error, refusal -> refusal);
  }

  private static <T> CompletionStage<T> refused(Throwable error, Function<Rejected, T> answer) {
    return Refusal.of(error)
        .map(answer)
        .map(CompletableFuture::completedStage)
        .orElseGet(() -> CompletableFuture.failedStage(error));
  }

  private static String outcome(@Nullable DeployAnswer answer) {
    if (answer instanceof Deployed deployed) {
      return deployed.created() ? "created" : "updated";
    }
    return answer instanceof Rejected rejected
        ? rejected.cause().name().toLowerCase(Locale.ROOT)
        : "fault";
  }

  private <T> Future<T> future(CompletionStage<T> stage) {
    return Future.fromCompletionStage(stage, context)
        .recover(error -> Future.failedFuture(Refusal.unwrapped(error)));
  }

  private Parts parts() {
    return Objects.requireNonNull(parts, "not started");
  }

  private final class DiskWorker implements Worker {
    private final WorkerExecutor pool =
        vertx.createSharedWorkerExecutor("deployment-disk", DISK_THREADS);

    @Override
    public <T> CompletionStage<T> call(Callable<T> work) {
      return pool.executeBlocking(work, false).toCompletionStage();
    }

    @Override
    public void later(Duration delay, Runnable action) {
      vertx.setTimer(delay.toMillis(), timer -> action.run());
    }
  }
}
