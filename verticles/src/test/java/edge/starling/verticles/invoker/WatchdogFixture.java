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
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.InvokerMessage.Activate;
import edge.starling.codecs.messages.InvokerMessage.Done;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.InvokerMessage.Prepare;
import edge.starling.codecs.messages.InvokerMessage.Prepared;
import edge.starling.codecs.messages.InvokerMessage.Retire;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import edge.starling.config.ConfigLoader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * An invoker with its {@code process} runtime, and one function whose versions are executables,
 * each in a folder of its own.
 */
final class WatchdogFixture implements AutoCloseable {
  private static final NodeId SELF = new NodeId("node-1", 1);
  private static final FunctionName HELLO = FunctionName.parse("hello");
  private static final int PATIENCE_SECONDS = 60;

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Path folder;
  private final Context context;
  private final Bus bus;

  /**
   * @param settings of the node
   */
  WatchdogFixture(Path folder, String... settings) {
    this.folder = folder;
    Bus.install(vertx, new CborCodec());
    context = vertx.getOrCreateContext();
    bus =
        await(
            Future.future(
                done -> context.runOnContext(now -> Bus.open(vertx, SELF).onComplete(done))));
    await(
        vertx.deployVerticle(
            new InvokerVerticle(
                SELF,
                ConfigLoader.load(null, Map.of(), List.of(settings)),
                new BytesInFlight(0),
                metrics)));
  }

  /** Where this version lies and runs. */
  Path folder(int version) {
    try {
      return Files.createDirectories(folder.resolve("v" + version));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prepares a version; completes with the reason where it is unfit. */
  Future<Prepared> prepare(int version, String source, Map<String, String> env) {
    write(version, "handler", source);
    return ask(
        Addresses.PREPARE, new Prepare(description(version, env), folder(version).toString()));
  }

  @Nullable String problem(String source, Map<String, String> env) {
    return await(prepare(1, source, env)).problem();
  }

  /** The calls from now on are this version's. */
  void activate(int version) {
    await(ask(Addresses.ACTIVATE, new Activate(HELLO, number(version))));
  }

  void provide(int version, String source, Map<String, String> env) {
    assertThat(await(prepare(version, source, env)).problem()).isNull();
    activate(version);
  }

  /** Completes when its last call has ended. */
  Future<Done> retire(int version) {
    return ask(Addresses.RETIRE, new Retire(HELLO, number(version)));
  }

  Future<Outcome> invoke(Request request) {
    return ask(
        Addresses.INVOKE,
        new Invoke(InvocationId.random(), HELLO, request, Duration.ofSeconds(50), List.of()));
  }

  Future<Outcome> get(String path) {
    return invoke(new Request("GET", path, null, Headers.NONE, Body.EMPTY));
  }

  Response answer(Request request) {
    return answered(await(invoke(request)));
  }

  String answer(String path) {
    return text(answered(await(get(path))));
  }

  static Response answered(Outcome outcome) {
    if (outcome instanceof Completed completed) {
      return completed.response();
    }
    throw new AssertionError("no answer: " + outcome);
  }

  static void assertFailed(Outcome outcome, Failure failure, String... words) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.failure()).isEqualTo(failure);
              assertThat(failed.detail()).contains(words);
            });
  }

  static String text(Response response) {
    byte[] bytes = Objects.requireNonNull(response.body().bytes()).array();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  void write(int version, String file, String content) {
    try {
      Path part = Files.writeString(folder(version).resolve(file + ".part"), content);
      Files.move(part, folder(version).resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean has(int version, String file) {
    return Files.exists(folder(version).resolve(file));
  }

  /** What the function has written, once it has. */
  String read(int version, String file) {
    awaitFile(version, file);
    try {
      return Files.readString(folder(version).resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitFile(int version, String file) {
    Awaitility.await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(() -> has(version, file));
  }

  static void awaitGone(String pid) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
  }

  double metric(String name) {
    return metrics.find(name).meter().measure().iterator().next().getValue();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(PATIENCE_SECONDS, SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private <Q extends BusMessage, R extends BusMessage> Future<R> ask(Address<Q, R> to, Q message) {
    return Future.future(
        done -> context.runOnContext(now -> bus.request(to, message).onComplete(done)));
  }

  private static FunctionVersion number(int version) {
    return new FunctionVersion(version, "00");
  }

  private static Description description(int version, Map<String, String> env) {
    return new Description(
        HELLO,
        number(version),
        Form.EXECUTABLE,
        new Settings(RuntimeKind.PROCESS, 16, Duration.ofSeconds(60), env, Map.of()),
        new Artefact("handler", "00", 0),
        null,
        Instant.EPOCH);
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
