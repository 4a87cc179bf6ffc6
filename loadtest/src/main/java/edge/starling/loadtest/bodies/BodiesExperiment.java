package edge.starling.loadtest.bodies;

import static edge.starling.loadtest.lab.MeasuredSystem.FORWARDED;
import static edge.starling.loadtest.lab.MeasuredSystem.LOCAL;

import edge.starling.loadtest.driver.Call;
import edge.starling.loadtest.driver.LoadDriver;
import edge.starling.loadtest.driver.Measurement;
import edge.starling.loadtest.lab.Experiment;
import edge.starling.loadtest.lab.InterleavedLoads;
import edge.starling.loadtest.lab.Lab;
import edge.starling.loadtest.lab.Load;
import edge.starling.loadtest.lab.MeasuredSystem;
import edge.starling.loadtest.lab.Modules;
import edge.starling.loadtest.lab.Pace;
import edge.starling.loadtest.lab.Rounds;
import edge.starling.loadtest.lab.Sample;
import edge.starling.loadtest.report.Report;
import edge.starling.loadtest.report.Row;
import edge.starling.loadtest.report.Target;
import edge.starling.loadtest.servers.BareServer;
import edge.starling.loadtest.servers.NodeProcess;
import edge.starling.loadtest.servers.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;

/**
 * What large bodies cost, and what they cost others. A function answers with the body that it gets:
 * local and forwarded beside a bare server that does so, directly and behind a bare proxy. And
 * small forwarded calls, alone and while large bodies move between the same two nodes.
 */
@Command(name = "bodies", description = "Throughput of large bodies, and small calls beside them.")
public final class BodiesExperiment implements Experiment {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final String DIRECT = "bare server";
  private static final String PROXY = "bare proxy";

  /** A size of body, and over how many connections it goes. */
  private record Size(String name, int bytes, int connections) {}

  private static final List<Size> SIZES =
      List.of(
          new Size("64 KiB", 64 * KIB, 8),
          new Size("1 MiB", MIB, 8),
          new Size("32 MiB", 32 * MIB, 2));

  private static final int LARGE_BYTES = 10 * MIB;
  private static final int LARGE_CONNECTIONS = 16;
  private static final double SMALL_PER_SECOND = 200;
  private static final int SMALL_BYTES = 200;
  private static final double P99_MILLIS = 10;

  private static final int HEAP_MIB = 1024;
  private static final List<String> SETTINGS =
      List.of("http.bytes-in-flight=512MiB", "invoker.slots=64");

  private static final Duration TO_START = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private record Setup(
      NodeProcess provider, NodeProcess entry, ServerProcess echo, ServerProcess proxy) {
    List<MeasuredSystem> systems(int bytes) {
      byte[] body = body(bytes);
      List<ServerProcess> nodes = List.of(provider.server(), entry.server());
      return List.of(
          new MeasuredSystem(DIRECT, Call.post(echo.url("/"), body, body), List.of(echo)),
          new MeasuredSystem(PROXY, Call.post(proxy.url("/"), body, body), List.of(echo, proxy)),
          new MeasuredSystem(LOCAL, Call.post(provider.function("echo"), body, body), nodes),
          new MeasuredSystem(FORWARDED, Call.post(entry.function("echo"), body, body), nodes));
    }
  }

  @Override
  public void run(Lab lab, Report report) throws Exception {
    Pace pace =
        lab.isQuick()
            ? new Pace(2, Duration.ofSeconds(3), Duration.ofSeconds(3))
            : new Pace(5, Duration.ofSeconds(8), Duration.ofSeconds(6));
    Duration window = Duration.ofSeconds(lab.isQuick() ? 15 : 60);
    lab.progress()
        .expect(
            TO_START
                .plus(pace.expected(1, 4).multipliedBy(SIZES.size()))
                .plus(window.multipliedBy(2)));
    lab.progress().phase("starting two nodes, the bare server and the proxy", TO_START);
    Setup setup = start(lab);
    for (Size size : SIZES) {
      throughput(lab, report, pace, setup, size);
    }
    smallCalls(lab, report, setup, window);
  }

  /** Two nodes with the functions on the first one only, and the references. */
  private static Setup start(Lab lab) throws IOException, InterruptedException {
    lab.useHeap(HEAP_MIB);
    List<NodeProcess> nodes = lab.cluster(SETTINGS).add(2);
    NodeProcess provider = nodes.get(0);
    NodeProcess entry = nodes.get(1);
    provider.deploy("echo", Modules.echo());
    provider.deploy("noop", Modules.noop());
    for (String function : List.of("echo", "noop")) {
      provider.awaitAnswer(function);
      entry.awaitAnswer(function);
    }
    ServerProcess echo = lab.bareServer(BareServer.Kind.ECHO, null);
    return new Setup(provider, entry, echo, lab.bareServer(BareServer.Kind.PROXY, echo));
  }

  private static void throughput(Lab lab, Report report, Pace pace, Setup setup, Size size)
      throws IOException, InterruptedException {
    Load load = Load.closed(size.connections());
    List<MeasuredSystem> systems = setup.systems(size.bytes());
    var measured = new InterleavedLoads(lab, report, pace);
    measured.warmUp(load, systems);
    Rounds rounds = measured.rounds(List.of(load), systems);
    for (MeasuredSystem system : systems) {
      String reference = system.name().equals(FORWARDED) ? PROXY : DIRECT;
      double callsPerSecond = rounds.median(load, system.name(), Sample::rate);
      report.add(
          Row.of("body", size.name())
              .and("connections", size.connections())
              .and("system", system.name())
              .and("mib_per_s", callsPerSecond * size.bytes() / MIB)
              .and("reference", reference)
              .and(
                  "share_of_reference",
                  rounds.median(
                      load, system.name(), reference, Sample::rate, (ours, bare) -> ours / bare))
              .and("p50_ms", rounds.median(load, system.name(), Sample::p50) / 1e3)
              .and("p99_ms", rounds.median(load, system.name(), Sample::p99) / 1e3));
    }
  }

  private static void smallCalls(Lab lab, Report report, Setup setup, Duration window)
      throws Exception {
    Call small = Call.post(setup.entry().function("noop"), new byte[SMALL_BYTES], new byte[0]);
    byte[] large = body(LARGE_BYTES);
    Call moving = Call.post(setup.entry().function("echo"), large, large);
    lab.progress().phase("small forwarded calls, alone", window);
    report(report, "alone", small(lab, small, window), 0);
    lab.progress().phase("small forwarded calls beside large bodies", window);
    ExecutorService beside = Executors.newSingleThreadExecutor();
    try (LoadDriver mover = new LoadDriver(1, PATIENCE)) {
      Future<Measurement> moved =
          beside.submit(
              (Callable<Measurement>)
                  () -> mover.closedLoop(moving, LARGE_CONNECTIONS, window.plusSeconds(2)));
      lab.idle(Duration.ofSeconds(1));
      Measurement calls = small(lab, small, window);
      Measurement bodies = moved.get();
      report.addErrors("large bodies", bodies.errors());
      report(
          report, "beside " + LARGE_CONNECTIONS + " bodies of 10 MiB", calls, bodies.rate() * 10);
      report.addErrors("small calls", calls.errors());
      report.add(
          Target.atMost(
              "p99 of small forwarded calls beside 16 bodies of 10 MiB, ms",
              calls.micros(99) / 1e3,
              P99_MILLIS));
    } finally {
      beside.shutdownNow();
    }
  }

  private static Measurement small(Lab lab, Call call, Duration window)
      throws IOException, InterruptedException {
    return lab.driver().openLoop(call, LARGE_CONNECTIONS, SMALL_PER_SECOND, window);
  }

  private static void report(Report report, String when, Measurement calls, double mibPerSecond) {
    report.add(
        Row.of("small_calls", when)
            .and("calls_per_s", calls.rate())
            .and("p50_ms", calls.micros(50) / 1e3)
            .and("p99_ms", calls.micros(99) / 1e3)
            .and("max_ms", calls.micros(100) / 1e3)
            .and("large_mib_per_s", mibPerSecond));
  }

  private static byte[] body(int bytes) {
    byte[] body = new byte[bytes];
    new Random(bytes).nextBytes(body);
    return body;
  }
}
