package edge.starling.verticles.invoker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Address;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.GatewayMessage.Install;
import edge.starling.codecs.messages.GatewayMessage.Installed;
import edge.starling.codecs.messages.GatewayMessage.LogFollowed;
import edge.starling.codecs.messages.GatewayMessage.Uninstall;
import edge.starling.codecs.messages.GatewayMessage.Uninstalled;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.InvokerMessage.Activate;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.codecs.messages.InvokerMessage.Prepare;
import edge.starling.codecs.messages.InvokerMessage.Prepared;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import edge.starling.codecs.messages.InvokerMessage.Retire;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Request;
import edge.starling.config.ConfigLoader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the runtime asks of the gateway's verticle, and what it does with a gateway that is gone.
 */
class OpenFaasRuntimeTest {
  private static final NodeId SELF = new NodeId("node-1", 1);
  private static final FunctionName HELLO = FunctionName.parse("hello");

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger suspicions = new AtomicInteger();
  private volatile Installed answer = new Installed(null, null);
  private Context context;
  private Bus bus;
  private TestRegistry registry;

  @BeforeEach
  void open() throws Exception {
    registry = new TestRegistry();
    TestRegistry.pushBase(registry.address(), folder.resolve("cache"));
    Bus.install(vertx, new CborCodec());
    context = vertx.getOrCreateContext();
    bus =
        Future.<Bus>future(
                done -> context.runOnContext(now -> Bus.open(vertx, SELF).onComplete(done)))
            .await(10, SECONDS);
    serve();
    vertx
        .deployVerticle(
            new InvokerVerticle(
                SELF,
                ConfigLoader.load(
                    null,
                    Map.of(),
                    List.of(
                        "data=" + folder.resolve("data"),
                        "runtimes.openfaas.gateway=http://127.0.0.1:" + closedPort(),
                        "runtimes.openfaas.images.registry=" + registry.address() + "/fn",
                        "runtimes.openfaas.images.base=" + registry.address() + "/base:1",
                        "runtimes.openfaas.images.insecure=true")),
                new BytesInFlight(0),
                new SimpleMeterRegistry()))
        .await(20, SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, SECONDS);
    registry.close();
  }

  /** The gateway's verticle, which notes what it is asked. */
  private void serve() throws Exception {
    Future.<Object>future(
            done ->
                context.runOnContext(
                    now ->
                        Future.all(
                                bus.serve(Addresses.INSTALL, this::install),
                                bus.serve(Addresses.UNINSTALL, this::uninstall),
                                bus.serve(
                                    Addresses.FOLLOW_LOG,
                                    follow ->
                                        Future.succeededFuture(new LogFollowed("it has none"))),
                                bus.on(Addresses.SUSPECT, suspect -> suspicions.incrementAndGet()))
                            .<Object>mapEmpty()
                            .onComplete(done)))
        .await(10, SECONDS);
  }

  private Future<Installed> install(Install install) {
    asked.add("install " + install.description().version().counter() + " " + install.image());
    return Future.succeededFuture(answer);
  }

  private Future<Uninstalled> uninstall(Uninstall uninstall) {
    asked.add("uninstall " + uninstall.description().version().counter());
    return Future.succeededFuture(new Uninstalled());
  }

  private static int closedPort() throws Exception {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private <Q extends BusMessage, R extends BusMessage> R ask(Address<Q, R> to, Q message)
      throws Exception {
    return Future.<R>future(
            done -> context.runOnContext(now -> bus.request(to, message).onComplete(done)))
        .await(60, SECONDS);
  }

  private static Description description(
      int version, Form form, @Nullable OpenFaas said, Artefact handler) {
    return new Description(
        HELLO,
        new FunctionVersion(version, "ab"),
        form,
        new Settings(
            RuntimeKind.OPENFAAS,
            Settings.DEFAULT_MEMORY_MIB,
            Settings.DEFAULT_TIMEOUT,
            Map.of(),
            Map.of(),
            null,
            null,
            said),
        handler,
        null,
        Instant.EPOCH);
  }

  private static Description image(int version) {
    return description(
        version,
        Form.IMAGE,
        OpenFaas.ofImage("x/hello:" + version),
        new Artefact("image", "00", 1));
  }

  private Prepared prepare(Description description) throws Exception {
    return ask(Addresses.PREPARE, new Prepare(description, folder.toString()));
  }

  private void retire(Description description) throws Exception {
    ask(Addresses.RETIRE, new Retire(HELLO, description.version()));
  }

  private Outcome call() throws Exception {
    return ask(
        Addresses.INVOKE,
        new Invoke(
            InvocationId.random(),
            HELLO,
            new Request("POST", "/", null, Headers.NONE, Body.EMPTY),
            Duration.ofSeconds(10),
            List.of()));
  }

  private void awaitAsked(String... all) {
    Awaitility.await().untilAsserted(() -> assertThat(asked).containsExactly(all));
  }

  @Test
  void removesTheFunctionWithItsLastVersionOnly() throws Exception {
    prepare(image(1));
    prepare(image(2));
    retire(image(1));
    retire(image(2));

    awaitAsked("install 1 x/hello:1", "install 2 x/hello:2", "uninstall 2");
  }

  @Test
  void putsTheOlderVersionBackWhenTheNewerIsGivenUp() throws Exception {
    prepare(image(1));
    prepare(image(2));
    retire(image(2));

    awaitAsked("install 1 x/hello:1", "install 2 x/hello:2", "install 1 x/hello:1");
  }

  @Test
  void putsTheOlderVersionBackWhenTheNewerCannotBeRun() throws Exception {
    prepare(image(1));
    answer = new Installed(Obstacle.UNFIT, "no such image");
    Prepared second = prepare(image(2));

    assertThat(second.obstacle()).isEqualTo(Obstacle.UNFIT);
    assertThat(second.problem()).isEqualTo("no such image");
    awaitAsked("install 1 x/hello:1", "install 2 x/hello:2", "install 1 x/hello:1");
  }

  @Test
  void saysOnceWhyTheGatewaysLogCannotBeRead() throws Exception {
    prepare(image(1));
    ask(Addresses.ACTIVATE, new Activate(HELLO, image(1).version()));
    ReadLog read = new ReadLog(HELLO, 0, ReadLog.ALL, null, 100, Duration.ZERO);
    ask(Addresses.READ_LOG, read);
    LogLines log = ask(Addresses.READ_LOG, read);

    assertThat(log.lines())
        .filteredOn(line -> line.text().contains("cannot be read: it has none"))
        .hasSize(1);
  }

  @Test
  void makesAnImageOfAHandler() throws Exception {
    Files.writeString(folder.resolve("hello.py"), "def handle(req):\n    return req\n");

    Prepared prepared =
        prepare(description(1, Form.PYTHON, null, new Artefact("hello.py", "0a", 1)));

    assertThat(prepared.problem()).isNull();
    assertThat(asked)
        .singleElement()
        .asString()
        .matches("install 1 " + registry.address() + "/fn/hello:[0-9a-z.-]+@sha256:[0-9a-f]{64}");
  }

  @Test
  void turnsCallsAwayWhileTheGatewayIsGone() throws Exception {
    prepare(image(1));
    ask(Addresses.ACTIVATE, new Activate(HELLO, image(1).version()));

    for (int i = 0; i < 10; i++) {
      assertThat(call())
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(Reason.RUNTIME_DOWN));
    }
    Awaitility.await().until(() -> suspicions.get() > 0);
  }
}
