package edge.starling.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends what a plan says. Each virtual user makes one call. In each phase one user more, the clock,
 * makes none: it tells when the phase begins, and the next phase comes after it. Made by Gatling.
 */
public final class PlannedSimulation extends Simulation {
  /** System properties, since Gatling makes simulations without arguments. */
  static final String PLAN = "starling.loadtest.plan";

  static final String RESULTS = "starling.loadtest.results";

  private static final String STARTED = "started";
  private static final String STATUS = "status";
  private static final String SERVED_BY = "served-by";
  private static final String HOPS = "hops";
  private static final String RETRY_AFTER = "retry-after";

  private final LoadPlan plan;
  private final CallLog log;
  private final FailureTexts failures = FailureTexts.listen();

  public PlannedSimulation() throws IOException {
    plan = LoadPlan.read(Path.of(System.getProperty(PLAN, "")));
    log = CallLog.create(Path.of(System.getProperty(RESULTS, "")));
    HttpProtocolBuilder protocol =
        http.shareConnections().disableWarmUp().disableFollowRedirect().disableCaching();
    var unused = setUp(from(0)).protocols(protocol);
  }

  /** The streams of a phase, and its clock with all later phases. */
  private List<PopulationBuilder> from(int index) {
    Phase phase = plan.phases().get(index);
    List<PopulationBuilder> populations = new ArrayList<>();
    PopulationBuilder clock = clock(phase);
    populations.add(index + 1 < plan.phases().size() ? clock.andThen(from(index + 1)) : clock);
    phase.streams().forEach(stream -> populations.add(population(phase, stream)));
    return populations;
  }

  private PopulationBuilder clock(Phase phase) {
    return scenario("clock of " + phase.name())
        .exec(
            session -> {
              log.begin(phase.name(), System.nanoTime());
              System.out.println(LoadProcess.BEGIN + phase.name());
              return session;
            })
        .pause(phase.lasting())
        .injectOpen(nothingFor(phase.idle()), atOnceUsers(1));
  }

  private PopulationBuilder population(Phase phase, Stream stream) {
    List<OpenInjectionStep> steps = new ArrayList<>();
    steps.add(nothingFor(phase.idle()));
    stream.steps().forEach(step -> steps.add(injection(step)));
    return scenario(phase.name() + ", " + stream.name())
        .exec(session -> session.set(STARTED, System.nanoTime()))
        .exec(call(stream))
        .exec(session -> ended(phase, stream, session, System.nanoTime()))
        .injectOpen(steps.toArray(OpenInjectionStep[]::new));
  }

  private static OpenInjectionStep injection(Step step) {
    Duration duration = Duration.ofSeconds(step.seconds());
    return step.perSecond() == 0
        ? nothingFor(duration)
        : constantUsersPerSec(step.perSecond()).during(duration);
  }

  private HttpRequestActionBuilder call(Stream stream) {
    var call =
        http(stream.name())
            .httpRequest(stream.method(), stream.url())
            .requestTimeout(Duration.ofMillis(plan.patienceMillis()));
    return (stream.method().equals(Stream.POST) ? call.body(StringBody(plan.body())) : call)
        .check(
            status().saveAs(STATUS),
            header("X-Served-By").optional().saveAs(SERVED_BY),
            header("X-Hops").optional().saveAs(HOPS),
            header("Retry-After").optional().saveAs(RETRY_AFTER));
  }

  private Session ended(Phase phase, Stream stream, Session session, long endedAt) {
    boolean answered = session.contains(STATUS);
    log.call(
        phase.name(),
        stream.name(),
        session.getLong(STARTED),
        endedAt,
        answered ? session.getInt(STATUS) : 0,
        told(session, SERVED_BY),
        told(session, HOPS),
        told(session, RETRY_AFTER),
        answered ? "" : failures.take(session.userId()));
    return session;
  }

  private static String told(Session session, String name) {
    String value = session.contains(name) ? session.getString(name) : null;
    return value == null ? "" : value;
  }

  @Override
  public void after() {
    try {
      log.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
