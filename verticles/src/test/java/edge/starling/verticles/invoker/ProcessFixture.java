package edge.starling.verticles.invoker;

import static java.util.concurrent.TimeUnit.SECONDS;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import edge.starling.config.ProcessConfig;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Ending;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A {@code process} runtime on an event loop, as the invoker has it, and calls from outside it. */
final class ProcessFixture implements AutoCloseable {
  static final int SLOTS = 16;
  static final int MAX_BODY_BYTES = 4 << 20;

  private static final int PATIENCE_SECONDS = 120;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final BytesInFlight bytes = new BytesInFlight(0);
  private final Journal journal = Journals.small();
  private final ProcessRuntime runtime;
  private final Path folder;
  private Map<String, String> env = Map.of();
  private @Nullable Artefact requirements;

  ProcessFixture(Path folder, ProcessConfig config) {
    this.folder = folder;
    runtime =
        onLoop(
            () ->
                new ProcessRuntime(
                    new UpstreamClient(vertx),
                    config,
                    SLOTS,
                    MAX_BODY_BYTES,
                    new Secrets(),
                    journal,
                    metrics));
  }

  /** With one worker and short patience. */
  ProcessFixture(Path folder) {
    this(folder, config(1));
  }

  static ProcessConfig config(int workers) {
    return new ProcessConfig(
        "python3", workers, Duration.ofSeconds(20), Duration.ofMinutes(2), Duration.ofMillis(300));
  }

  ProcessFixture env(Map<String, String> variables) {
    env = variables;
    return this;
  }

  ProcessFixture requirements(String text, String sha256) {
    write("requirements.txt", text);
    requirements = new Artefact("requirements.txt", sha256, text.length());
    return this;
  }

  PreparedFunction python(String source) {
    write("handler.py", source);
    return prepare(Form.PYTHON, "handler.py");
  }

  PreparedFunction executable(String source) {
    write("handler.sh", source);
    return prepare(Form.EXECUTABLE, "handler.sh");
  }

  /** Throws the cause where the function is unfit. */
  private PreparedFunction prepare(Form form, String file) {
    Description description =
        new Description(
            FunctionName.parse("hello"),
            new FunctionVersion(1, "00"),
            form,
            new Settings(RuntimeKind.PROCESS, 16, Duration.ofSeconds(60), env, Map.of()),
            new Artefact(file, "00", 0),
            requirements,
            Instant.EPOCH);
    return await(onLoop(() -> runtime.prepare(description, folder)).toCompletableFuture());
  }

  void resize(int slots) {
    runtime.resize(slots);
  }

  Run start(PreparedFunction function, Request request) {
    return start(function, request, Duration.ofSeconds(30));
  }

  Run start(PreparedFunction function, Request request, Duration remaining) {
    return onLoop(
        () -> function.start(new InvocationId("call-1"), request, remaining, bytes.open()));
  }

  void stop(Run run) {
    onLoop(
        () -> {
          run.stop();
          return run;
        });
  }

  void close(PreparedFunction function) {
    onLoop(
        () -> {
          function.close();
          return function;
        });
  }

  static Ending ending(Run run) {
    return await(run.ended().toCompletableFuture());
  }

  Ending call(PreparedFunction function, Request request) {
    return ending(start(function, request));
  }

  /** The answer to a call that is answered. */
  Response answer(PreparedFunction function, Request request) {
    Ending ending = call(function, request);
    if (ending instanceof Answered answered) {
      return answered.response();
    }
    throw new AssertionError("no answer: " + ending);
  }

  /** The text of the answer to a POST of this text. */
  String answer(PreparedFunction function, String text) {
    return text(answer(function, post(text)));
  }

  static Request post(String text) {
    return post(text.getBytes(StandardCharsets.UTF_8));
  }

  static Request post(byte[] body) {
    return new Request("POST", "/", null, Headers.NONE, Body.of(body));
  }

  static String text(Response response) {
    return new String(bytes(response), StandardCharsets.UTF_8);
  }

  static byte[] bytes(Response response) {
    return Objects.requireNonNull(response.body().bytes()).array();
  }

  /** What the function has logged. */
  List<String> log() {
    return Journals.texts(journal, FunctionName.parse("hello"));
  }

  double metric(String name) {
    return metrics.find(name).meter().measure().iterator().next().getValue();
  }

  void write(String file, String content) {
    try {
      Files.writeString(folder.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> T onLoop(Supplier<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    context.runOnContext(
        now -> {
          try {
            done.complete(task.get());
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return await(done);
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.orTimeout(PATIENCE_SECONDS, SECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  void closeRuntime() {
    onLoop(
        () -> {
          runtime.close();
          return runtime;
        });
  }

  @Override
  public void close() {
    closeRuntime();
    await(vertx.close().toCompletionStage().toCompletableFuture());
  }
}
