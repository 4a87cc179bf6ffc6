package edge.starling.verticles.manycall;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.ConfigurationMessage.ConfigurationChanged;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.ManycallMessage.Form;
import edge.starling.codecs.messages.ManycallMessage.Start;
import edge.starling.codecs.messages.ManycallMessage.StartAnswer;
import edge.starling.codecs.messages.ManycallMessage.Started;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.RoutingMessage.ManycallBegun;
import edge.starling.config.ConfigLoader;
import edge.starling.config.NodeConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verticle over a router whose calls do not end. */
class ManycallVerticleTest {
  private static final NodeId SELF = new NodeId("node-1", 1);

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final MeterRegistry metrics = new SimpleMeterRegistry();
  private final AtomicInteger routed = new AtomicInteger();
  private Bus bus;

  @BeforeEach
  void start() throws Exception {
    Bus.install(vertx, new CborCodec());
    bus = onLoop(() -> Bus.open(vertx, SELF)).await(5, SECONDS);
    onLoop(
            () ->
                Future.all(
                    bus.serve(
                        Addresses.BEGIN_MANYCALL,
                        begin -> Future.succeededFuture(new ManycallBegun(Duration.ofMinutes(1)))),
                    bus.serve(
                        Addresses.ROUTE,
                        route -> {
                          routed.incrementAndGet();
                          return Promise.<Outcome>promise().future();
                        })))
        .await(5, SECONDS);
    NodeConfig config = ConfigLoader.load(null, Map.of(), List.of("manycall.concurrency=4"));
    vertx
        .deployVerticle(new ManycallVerticle(SELF, config, new BytesInFlight(0), metrics))
        .await(5, SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  private <T> Future<T> onLoop(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(go -> work.get().onComplete(done));
    return done.future();
  }

  private StartAnswer startManycall(String name) throws Exception {
    Path document = Files.writeString(folder.resolve(name), "{\"items\":[1,2,3,4,5,6,7,8,9]}");
    Start start =
        new Start(
            InvocationId.random(),
            FunctionName.parse("hello"),
            document.toString(),
            Form.LINES,
            null);
    return onLoop(() -> bus.request(Addresses.START_MANYCALL, start)).await(5, SECONDS);
  }

  private double inFlight() {
    return metrics.get("starling.manycall.in.flight").gauge().value();
  }

  @Test
  void theNextManycallHasTheConcurrencyThatIsInForceThen() throws Exception {
    assertThat(startManycall("first")).isEqualTo(new Started(9));
    await().until(() -> routed.get() == 4);

    loop.runOnContext(
        go ->
            bus.tellHere(
                Addresses.CONFIGURATION_CHANGED,
                new ConfigurationChanged(List.of("manycall.concurrency=2"))));
    assertThat(startManycall("second")).isEqualTo(new Started(9));

    await().until(() -> routed.get() == 6);
    assertThat(inFlight()).isEqualTo(6);
  }
}
