package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.GatewayMessage.FollowLog;
import edge.starling.codecs.messages.GatewayMessage.Install;
import edge.starling.codecs.messages.GatewayMessage.Installed;
import edge.starling.codecs.messages.GatewayMessage.LogFollowed;
import edge.starling.codecs.messages.GatewayMessage.Suspect;
import edge.starling.codecs.messages.GatewayMessage.Uninstall;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Request;
import edge.starling.config.OpenFaasConfig;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.NotTaken;
import edge.starling.verticles.invoker.UpstreamClient.Exchange;
import edge.starling.verticles.invoker.UpstreamClient.Message;
import edge.starling.verticles.invoker.UpstreamClient.Server;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls functions at the node's OpenFaaS gateway, and has the gateway verticle put them there.
 * While the gateway does not answer, a circuit breaker turns calls away at once, so that they run
 * on other nodes. Confined to the event loop.
 */
final class OpenFaasClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenFaasClient.class);
  private static final int FAILURES = 3;
  private static final Duration OPEN_FOR = Duration.ofSeconds(1);

  private final Bus bus;
  private final UpstreamClient upstream;
  private final Server server;
  private final String path;
  private final CircuitBreaker breaker;

  /**
   * @param upstream closed with this
   */
  OpenFaasClient(Vertx vertx, Bus bus, UpstreamClient upstream, OpenFaasConfig config) {
    this.bus = bus;
    this.upstream = upstream;
    URI gateway = config.gatewayUri();
    this.server = new Server(gateway.getHost(), config.gatewayPort(), config.isGatewayTls());
    this.path = Objects.requireNonNullElse(gateway.getRawPath(), "") + "/function/";
    this.breaker =
        CircuitBreaker.create(
                "openfaas",
                vertx,
                new CircuitBreakerOptions()
                    .setMaxFailures(FAILURES)
                    .setResetTimeout(OPEN_FOR.toMillis())
                    // calls have times of their own
                    .setTimeout(-1))
            .openHandler(now -> suspect());
  }

  /** Fails with {@link Unfit} where the gateway does not run it. */
  CompletionStage<Installed> install(Description description, String image) {
    return bus.request(Addresses.INSTALL, new Install(description, image))
        .compose(
            installed -> {
              Obstacle obstacle = installed.obstacle();
              return obstacle == null
                  ? Future.succeededFuture(installed)
                  : Future.failedFuture(new Unfit(obstacle, String.valueOf(installed.problem())));
            })
        .toCompletionStage();
  }

  /** Puts a version back that another one had replaced. */
  void restore(Description description, String image) {
    bus.request(Addresses.INSTALL, new Install(description, image))
        .onSuccess(
            installed -> {
              if (installed.obstacle() != null) {
                LOG.error(
                    "the gateway does not run {} {} again: {}",
                    description.name(),
                    description.version(),
                    installed.problem());
              }
            })
        .onFailure(error -> LOG.error("{} was not put back", description.name(), error));
  }

  /** The gateway need not run it any longer. */
  void uninstall(Description description) {
    bus.request(Addresses.UNINSTALL, new Uninstall(description))
        .onFailure(error -> LOG.error("{} stays at the gateway", description.name(), error));
  }

  /** Completes, never exceptionally, once what the gateway has of its log is told. */
  CompletionStage<LogFollowed> followLog(FunctionName function) {
    return bus.request(Addresses.FOLLOW_LOG, new FollowLog(function))
        .otherwise(error -> new LogFollowed(error.getMessage()))
        .toCompletionStage();
  }

  /** The gateway answers again: calls need not try it out. */
  void recovered() {
    breaker.reset();
  }

  void call(FunctionName function, Request request, OpenFaasRun run) {
    Message message = message(function, request);
    breaker
        .execute((Promise<UpstreamAnswer> answered) -> send(message, run, answered))
        .onSuccess(answer -> answered(run, answer))
        .onFailure(error -> failed(run, error));
  }

  @Override
  public void close() {
    breaker.close();
    upstream.close();
  }

  private void send(Message message, OpenFaasRun run, Promise<UpstreamAnswer> answered) {
    Exchange<UpstreamAnswer> exchange = upstream.send(server, message, run.answer());
    run.sentBy(exchange);
    exchange
        .answered()
        .whenComplete(
            (answer, error) -> {
              if (error == null) {
                answered.complete(answer);
              } else if (run.isStopped()) {
                answered.complete(run.answer()); // the gateway is not to blame
              } else if (error instanceof BoundedOutput.Exceeded) {
                run.end(new Broke(String.valueOf(error.getMessage())));
                answered.complete(run.answer());
              } else {
                answered.fail(error);
              }
            });
  }

  private void answered(OpenFaasRun run, UpstreamAnswer answer) {
    if (run.hasEnded()) {
      return;
    }
    Run.Ending ending = GatewayAnswer.ending(answer.response());
    if (ending instanceof NotTaken) {
      suspect();
    }
    run.end(ending);
  }

  private static void failed(OpenFaasRun run, Throwable error) {
    boolean surelyNotTaken = error instanceof OpenCircuitException || !run.isSent();
    run.end(
        surelyNotTaken
            ? new NotTaken(Reason.RUNTIME_DOWN, OPEN_FOR)
            : new Broke(
                "the connection to the OpenFaaS gateway broke, and whether the function has run is"
                    + " not known: "
                    + error.getMessage()));
  }

  private void suspect() {
    bus.tell(Addresses.SUSPECT, bus.self(), new Suspect());
  }

  private Message message(FunctionName function, Request request) {
    String query = request.query();
    String target =
        path
            + function.shortest()
            + request.path()
            + (query == null || query.isEmpty() ? "" : "?" + query);
    byte[] body = Objects.requireNonNull(request.body().bytes(), "a body at hand").array();
    return new Message(request.method(), target, passedOn(request.headers()), List.of(body));
  }

  /** But for what is set anew for each server. */
  private static Headers passedOn(Headers headers) {
    List<String> kept = new ArrayList<>(headers.namesAndValues().size());
    headers.forEach(
        (name, value) -> {
          if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
            kept.add(name);
            kept.add(value);
          }
        });
    return new Headers(kept);
  }
}
