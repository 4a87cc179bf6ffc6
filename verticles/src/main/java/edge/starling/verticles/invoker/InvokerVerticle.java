package edge.starling.verticles.invoker;

import static edge.starling.codecs.messages.Addresses.ACTIVATE;
import static edge.starling.codecs.messages.Addresses.CANCEL_INVOCATION;
import static edge.starling.codecs.messages.Addresses.CONFIGURATION_CHANGED;
import static edge.starling.codecs.messages.Addresses.COUNT;
import static edge.starling.codecs.messages.Addresses.GATEWAY_CHANGED;
import static edge.starling.codecs.messages.Addresses.GATEWAY_LOGGED;
import static edge.starling.codecs.messages.Addresses.INVOKE;
import static edge.starling.codecs.messages.Addresses.OCCUPANCY;
import static edge.starling.codecs.messages.Addresses.PREPARE;
import static edge.starling.codecs.messages.Addresses.READ_LOG;
import static edge.starling.codecs.messages.Addresses.RETIRE;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.ConfigurationMessage.ConfigurationChanged;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.InvokerMessage.Done;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.InvokerMessage.Prepare;
import edge.starling.codecs.messages.InvokerMessage.Prepared;
import edge.starling.codecs.messages.InvokerMessage.Retire;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.config.ConfigLoader;
import edge.starling.config.LogsConfig;
import edge.starling.config.NodeConfig;
import edge.starling.config.OpenFaasConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs invocations on this node while there is room, and keeps the versions of functions that can
 * run here. State is confined to its event loop.
 */
public final class InvokerVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(InvokerVerticle.class);
  private static final long BYTES_PER_MIB = 1 << 20;

  private final NodeId self;
  private final NodeConfig config;
  private final BytesInFlight bytes;
  private final MeterRegistry metrics;
  private final Secrets secrets = new Secrets();
  private Runnable whenStopped = () -> {};

  public InvokerVerticle(
      NodeId self, NodeConfig config, BytesInFlight bytes, MeterRegistry metrics) {
    this.self = self;
    this.config = config;
    this.bytes = bytes;
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    return Bus.open(vertx, self)
        .compose(bus -> new SecretsClient(bus, secrets).follow().compose(known -> serve(bus)));
  }

  @Override
  public Future<?> stop() {
    whenStopped.run();
    return Future.succeededFuture();
  }

  private Future<?> serve(Bus bus) {
    Executor eventLoop = task -> context.runOnContext(none -> task.run());
    Optional<OpenFaasClient> gateway = gateway(bus);
    LogsConfig logs = config.logs();
    Journal journal =
        new Journal(
            logs.functionBytes().bytes(),
            logs.allBytes().bytes(),
            Clock.systemUTC(),
            new LogMeters(metrics));
    LogReaders readers = new LogReaders(journal, eventLoop, System::nanoTime);
    Map<RuntimeKind, FunctionRuntime> runtimes = runtimes(gateway, journal);
    int slots = config.invoker().slots();
    CpuShare cpu = new CpuShare(Runtime.getRuntime().availableProcessors());
    Functions functions =
        new Functions(
            runtimes,
            new NodeCapacity(config.capacity(), slots, cpu),
            memoryMiB(),
            eventLoop,
            metrics,
            journal);
    Admission<Call> admission =
        new Admission<>(slots, config.invoker().queue(), config.capacity().ownFirst(), memoryMiB());
    Invocations invocations =
        new Invocations(
            self,
            functions,
            admission,
            bytes,
            new OutsideClient(vertx, bus, maxBodyBytes()),
            eventLoop,
            System::nanoTime,
            new RefusalMeters(metrics));
    measure(admission, cpu);
    vertx.setPeriodic(CpuShare.INTERVAL.toMillis(), timer -> watch(functions, cpu));
    vertx.setPeriodic(
        LogReaders.TICK.toMillis(),
        timer -> {
          readers.tick();
          journal.forgetOld();
        });
    whenStopped =
        () -> {
          invocations.close();
          runtimes.values().forEach(FunctionRuntime::close);
        };
    return Future.all(
        bus.serve(INVOKE, invoke -> run(invocations, invoke)),
        bus.on(CANCEL_INVOCATION, cancel -> invocations.cancel(cancel.id())),
        bus.serve(PREPARE, prepare -> prepare(functions, prepare)),
        bus.serve(
            ACTIVATE,
            activate -> {
              invocations.refit(functions.activate(activate.function(), activate.version()));
              return Future.succeededFuture(new Done());
            }),
        bus.serve(RETIRE, retire -> retire(functions, invocations, retire)),
        bus.serve(OCCUPANCY, ask -> Future.succeededFuture(invocations.occupancy())),
        bus.on(
            GATEWAY_CHANGED,
            changed -> gateway.filter(any -> changed.up()).ifPresent(OpenFaasClient::recovered)),
        bus.on(
            GATEWAY_LOGGED,
            logged -> logged.lines().forEach(line -> journal.take(logged.function(), line))),
        bus.on(CONFIGURATION_CHANGED, changed -> change(invocations, changed)),
        bus.serve(COUNT, count -> Future.succeededFuture(functions.counted(count.function()))),
        bus.serve(
            READ_LOG,
            ask -> Future.fromCompletionStage(functions.log(ask.function(), readers).read(ask))));
  }

  private static void change(Invocations invocations, ConfigurationChanged changed) {
    NodeConfig now = ConfigLoader.load(null, Map.of(), changed.assignments());
    invocations.change(now.invoker().slots(), now.invoker().queue(), now.capacity());
  }

  /** Only while it is of use: the operating system takes its time to answer. */
  private void watch(Functions functions, CpuShare cpu) {
    if (functions.areBoundByCpu()) {
      vertx
          .executeBlocking(ProcessorTimes::now)
          .onSuccess(cpu::add)
          .onFailure(error -> LOG.warn("the use of the processors is unknown", error));
    } else {
      cpu.forget();
    }
  }

  private static Future<Outcome> run(Invocations invocations, Invoke invoke) {
    Promise<Outcome> outcome = Promise.promise();
    invocations.invoke(invoke, outcome::complete);
    return outcome.future();
  }

  private static Future<Prepared> prepare(Functions functions, Prepare prepare) {
    return Future.fromCompletionStage(
        functions.prepare(prepare.description(), Path.of(prepare.folder())));
  }

  private static Future<Done> retire(Functions functions, Invocations invocations, Retire retire) {
    var retired = functions.retire(retire.function(), retire.version());
    invocations.refuseUnprovided();
    return Future.fromCompletionStage(retired).map(none -> new Done());
  }

  private Optional<OpenFaasClient> gateway(Bus bus) {
    OpenFaasConfig openFaas = config.runtimes().openfaas();
    return openFaas.isOn()
        ? Optional.of(new OpenFaasClient(vertx, bus, new UpstreamClient(vertx), openFaas))
        : Optional.empty();
  }

  private Map<RuntimeKind, FunctionRuntime> runtimes(
      Optional<OpenFaasClient> gateway, Journal journal) {
    int slots = config.invoker().slots();
    Map<RuntimeKind, FunctionRuntime> all = new EnumMap<>(RuntimeKind.class);
    all.put(RuntimeKind.WASM, new WasmRuntime(slots, maxBodyBytes(), secrets, journal, metrics));
    all.put(
        RuntimeKind.PROCESS,
        config.allowsProcesses()
            ? new ProcessRuntime(
                new UpstreamClient(vertx),
                config.process(),
                slots,
                maxBodyBytes(),
                secrets,
                journal,
                metrics)
            : new SwitchedOff("runtimes.process.enabled=true does"));
    all.put(
        RuntimeKind.OPENFAAS,
        gateway.isPresent()
            ? openFaas(gateway.get(), journal)
            : new SwitchedOff("runtimes.openfaas.gateway names its gateway"));
    return all;
  }

  private OpenFaasRuntime openFaas(OpenFaasClient gateway, Journal journal) {
    Processes processes = new Processes();
    PythonEnvironment environments =
        new PythonEnvironment(
            processes,
            new PythonInterpreter(processes, config.process()),
            config.process(),
            ProcessMetrics.install(metrics));
    return new OpenFaasRuntime(
        gateway,
        new ImageBuilder(
            config.runtimes().openfaas().images(),
            environments,
            Path.of(config.data(), "images").toAbsolutePath()),
        processes,
        journal,
        task -> context.runOnContext(now -> task.run()),
        maxBodyBytes());
  }

  private int maxBodyBytes() {
    return Math.toIntExact(config.http().maxBody().bytes());
  }

  private int memoryMiB() {
    int set = config.invoker().memoryMib();
    return set > 0 ? set : (int) (Runtime.getRuntime().maxMemory() / (2 * BYTES_PER_MIB));
  }

  private void measure(Admission<Call> admission, CpuShare cpu) {
    Gauge.builder("starling.invoker.running", admission, Admission::running)
        .description("invocations that hold a slot")
        .register(metrics);
    Gauge.builder("starling.invoker.queued", admission, Admission::queued)
        .description("invocations that wait for a slot")
        .register(metrics);
    Gauge.builder(
            "starling.invoker.memory.free",
            admission,
            all -> (double) all.freeMemoryMiB() * BYTES_PER_MIB)
        .baseUnit("bytes")
        .description("what WebAssembly instances may still reserve")
        .register(metrics);
    Gauge.builder("starling.invoker.cpu", cpu, CpuShare::mean)
        .description("the share of the processors in use, while a function's capacity is cpu")
        .register(metrics);
  }
}
