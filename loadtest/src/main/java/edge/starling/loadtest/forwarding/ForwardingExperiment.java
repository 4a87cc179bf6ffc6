package edge.starling.loadtest.forwarding;

import static edge.starling.loadtest.lab.MeasuredSystem.BARE;
import static edge.starling.loadtest.lab.MeasuredSystem.FORWARDED;
import static edge.starling.loadtest.lab.MeasuredSystem.LOCAL;

import edge.starling.loadtest.driver.Call;
import edge.starling.loadtest.gatling.Calls;
import edge.starling.loadtest.gatling.GatlingLoad;
import edge.starling.loadtest.gatling.LoadPlan;
import edge.starling.loadtest.gatling.LoadResults;
import edge.starling.loadtest.gatling.Phase;
import edge.starling.loadtest.gatling.Stream;
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
import edge.starling.loadtest.report.Skipped;
import edge.starling.loadtest.servers.BareServer;
import edge.starling.loadtest.servers.HaProxy;
import edge.starling.loadtest.servers.NodeProcess;
import edge.starling.loadtest.servers.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/**
 * What it costs to forward a call: of a function that does nothing, on the node that was asked and
 * on another one, beside a bare server and one or two hops of HAProxy in front of it. Clients keep
 * their connections. The steady rate comes from Gatling, and once more from this process's driver;
 * the highest rate only from the driver, since Gatling needs more processor time for a call than
 * the servers that it would load.
 */
@Command(
    name = "forwarding",
    description = "What forwarding a call costs, beside one and two hops of HAProxy.")
public final class ForwardingExperiment implements Experiment {
  private static final String FUNCTION = "noop";
  private static final String BODY = "Hello";
  private static final byte[] NOTHING = {};
  private static final Load STEADY = Load.open(2_000);
  private static final List<Load> HIGHEST = List.of(Load.closed(16), Load.closed(64));

  /** One way of a call: what is measured, and where it begins. */
  private record Way(MeasuredSystem system, URI url) {}

  @Override
  public void run(Lab lab, Report report) throws Exception {
    ForwardingPlan plan = lab.isQuick() ? ForwardingPlan.quick() : ForwardingPlan.full();
    lab.progress().expect(plan.expected(HaProxy.isInstalled() ? 7 : 3, 1 + HIGHEST.size()));
    lab.progress().phase("starting two nodes and the references", ForwardingPlan.TO_START);
    ForwardingFindings.PUBLISHED.forEach(report::add);
    List<Way> ways = start(lab, report);
    List<MeasuredSystem> systems = ways.stream().map(Way::system).toList();
    var findings =
        new ForwardingFindings(report, systems.stream().map(MeasuredSystem::name).toList());
    var driver = new InterleavedLoads(lab, report, plan.driver());
    driver.warmUp(HIGHEST.get(0), systems);
    List<Load> loads = new ArrayList<>(HIGHEST);
    loads.add(STEADY);
    Rounds rounds = driver.rounds(loads, systems);
    findings.addSteady("driver", STEADY, rounds);
    findings.addHighest(HIGHEST, rounds);
    // The last, when the servers' JVMs have compiled all that they run.
    findings.addSteady("Gatling", STEADY, steady(lab, report, plan.gatling(), ways));
  }

  /** Two nodes with the function on the first one only, and the references. */
  private static List<Way> start(Lab lab, Report report) throws IOException, InterruptedException {
    // A proxy's queue has no bound either: what others do to the machine must not refuse calls.
    List<NodeProcess> nodes = lab.cluster(List.of("invoker.queue=10000")).add(2);
    NodeProcess provider = nodes.get(0);
    NodeProcess entry = nodes.get(1);
    provider.deploy(FUNCTION, Modules.noop());
    provider.awaitAnswer(FUNCTION);
    entry.awaitAnswer(FUNCTION);
    List<ServerProcess> both = List.of(provider.server(), entry.server());
    ServerProcess bare = lab.bareServer(BareServer.Kind.SINK, null);
    List<Way> ways = new ArrayList<>();
    ways.add(way(LOCAL, provider.function(FUNCTION), both));
    ways.add(way(FORWARDED, entry.function(FUNCTION), both));
    ways.add(way(BARE, bare.url("/function/" + FUNCTION), List.of(bare)));
    if (HaProxy.isInstalled()) {
      addHops(lab, ways, bare, HaProxy.Form.KEEP_ALIVE, ForwardingFindings.TWO_KEEP_ALIVE);
      addHops(lab, ways, bare, HaProxy.Form.SERVER_CLOSE, ForwardingFindings.TWO_SERVER_CLOSE);
    } else {
      report.add(new Skipped("one and two hops of HAProxy", "haproxy is not installed"));
    }
    return ways;
  }

  private static void addHops(
      Lab lab, List<Way> ways, ServerProcess bare, HaProxy.Form form, String two)
      throws IOException, InterruptedException {
    ServerProcess near = lab.haProxy(form, bare);
    ServerProcess far = lab.haProxy(form, near);
    String path = "/function/" + FUNCTION;
    ways.add(way(two.replace("two hops", "one hop"), near.url(path), List.of(near, bare)));
    ways.add(way(two, far.url(path), List.of(far, near, bare)));
  }

  private static Way way(String name, URI url, List<ServerProcess> servers) {
    Call call = Call.post(url, BODY.getBytes(StandardCharsets.UTF_8), NOTHING);
    return new Way(new MeasuredSystem(name, call, servers), url);
  }

  private static Rounds steady(Lab lab, Report report, Pace pace, List<Way> ways)
      throws IOException, InterruptedException {
    List<Phase> phases = new ArrayList<>();
    ways.forEach(way -> phases.add(phase("warming up", way, pace.warmUp())));
    for (int round = 1; round <= pace.rounds(); round++) {
      for (Way way : ways) {
        phases.add(phase(roundName(round), way, pace.window()));
      }
    }
    LoadResults results = new GatlingLoad(lab).put(LoadPlan.of(phases));
    var rounds = new Rounds();
    for (int round = 1; round <= pace.rounds(); round++) {
      for (Way way : ways) {
        Calls calls = new Calls(results.of(phaseName(roundName(round), way)));
        report.addErrors(way.system().name(), calls.where(call -> !call.isServed()).endings());
        rounds.add(STEADY, way.system().name(), sample(calls.served(), pace.window()));
      }
    }
    return rounds;
  }

  private static Sample sample(Calls calls, Duration window) {
    return new Sample(
        calls.count() / (window.toNanos() / 1e9),
        calls.micros(50),
        calls.micros(90),
        calls.micros(99),
        calls.micros(100),
        Double.NaN,
        Double.NaN);
  }

  private static Phase phase(String when, Way way, Duration duration) {
    Stream stream = Stream.posts("all", way.url(), STEADY.perSecond(), duration);
    return new Phase(phaseName(when, way), ForwardingPlan.IDLE_MILLIS, List.of(stream));
  }

  private static String roundName(int round) {
    return "round " + round;
  }

  private static String phaseName(String when, Way way) {
    return when + ": " + way.system().name();
  }
}
