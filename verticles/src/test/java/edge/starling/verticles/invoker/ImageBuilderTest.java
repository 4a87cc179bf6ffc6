package edge.starling.verticles.invoker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.config.ImagesConfig;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images of functions, pushed to a registry, pulled from there and run as processes. The image that
 * they stand on has no Python: the one of this machine is used.
 */
class ImageBuilderTest {
  private static final String HANDLER = "def handle(req):\n    return 'hello ' + req\n";

  @TempDir private Path folder;
  @TempDir private Path cache;
  @TempDir private Path root;
  private final Processes processes = new Processes();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private TestRegistry registry;

  @BeforeEach
  void open() throws Exception {
    registry = new TestRegistry();
    TestRegistry.pushBase(registry.address(), cache.resolve("test"));
  }

  @AfterEach
  void close() throws IOException {
    registry.close();
    processes.close();
  }

  private static ImagesConfig config(String registry, String base, String user, String password) {
    return new ImagesConfig(registry, base, true, user, password, "");
  }

  /** In the folder {@code fn} of a registry, which has the base as well. */
  private static ImagesConfig config(String address) {
    return config(address + "/fn", address + "/base:1", "", "");
  }

  private ImageBuilder builder(ImagesConfig config) {
    return builder(config, Duration.ofSeconds(60), Duration.ofMinutes(2));
  }

  private ImageBuilder builder(ImagesConfig config, Duration asking, Duration pushing) {
    return new ImageBuilder(
        config,
        new PythonEnvironment(
            processes,
            new PythonInterpreter(processes, ProcessFixture.config(1)),
            ProcessFixture.config(1),
            new SimpleMeterRegistry().timer("install")),
        cache.resolve("own"),
        asking,
        pushing);
  }

  private Description function(String handler, @Nullable String requirements) throws IOException {
    return new Description(
        FunctionName.parse("hello.lab"),
        new FunctionVersion(1, "00"),
        Form.PYTHON,
        new Settings(RuntimeKind.OPENFAAS, 16, Duration.ofSeconds(60), Map.of("A", "b"), Map.of()),
        artefact("main.py", handler),
        requirements == null ? null : artefact("requirements.txt", requirements),
        Instant.EPOCH);
  }

  private Artefact artefact(String file, String content) throws IOException {
    byte[] bytes = Files.readAllBytes(Files.writeString(folder.resolve(file), content));
    String sha256 = TestRegistry.digest(bytes).substring("sha256:".length());
    return new Artefact(file, sha256, bytes.length);
  }

  private String build(Description function) {
    return builder(config(registry.address())).build(function, folder, this::note);
  }

  /** Why no image can be made; nothing is left of the try. */
  private Unfit unfit(ImagesConfig config) throws IOException {
    return unfit(builder(config), function(HANDLER, null));
  }

  private Unfit unfit(ImageBuilder builder, Description function) throws IOException {
    Unfit unfit =
        catchThrowableOfType(Unfit.class, () -> builder.build(function, folder, this::note));
    assertThat(unfit).isNotNull();
    assertNothingIsLeft();
    return unfit;
  }

  private void assertNothingIsLeft() throws IOException {
    Path own = folder.resolve(ProcessRuntime.OWN_FOLDER);
    if (Files.exists(own)) {
      try (Stream<Path> left = Files.list(own)) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void makesAnImageThatServesTheHandlerWithItsPackages() throws Exception {
    Wheel.write(folder);
    Description function =
        function(
            """
            import os, tiny
            def handle(event, context):
                if event.path == "/raise":
                    raise KeyError("of the handler")
                return tiny.greet(event.body.decode()) + os.environ["OF_BASE"] + context.namespace
            """,
            Wheel.REQUIREMENTS);

    String name = build(function);

    assertThat(name)
        .matches(registry.address() + "/fn/hello\\.lab:[0-9a-f]{32}@sha256:[0-9a-f]{64}");
    PulledImage image = new PulledImage(name, root);
    assertThat(image.layers()).isEqualTo(4);
    assertThat(image.config().path("User").asText()).isEqualTo("1000:1000");
    assertThat(image.config().path("ExposedPorts").has("8080/tcp")).isTrue();
    assertThat(image.config().path("Env")).hasSize(1);
    assertThat(image.config().path("Labels").path("org.opencontainers.image.title").asText())
        .isEqualTo("hello.lab");
    assertThat(Files.getLastModifiedTime(image.file("/home/app/function/main.py")).toInstant())
        .isEqualTo(Instant.ofEpochSecond(1));
    assertThat(Files.getPosixFilePermissions(image.file("/home/app/server.py")))
        .hasToString(Files.getPosixFilePermissions(image.file("/home/app/packages/tiny.py")) + "");
    try (FunctionServer server = image.run(Map.of())) {
      assertThat(server.post("/", "you, ").body()).isEqualTo("hello you, keptlab");
      assertThat(server.get("/raise").body())
          .contains("File \"main.py\", line 4, in handle\n")
          .doesNotContain("server.py", "starling_handler.py", root.toString());
      server.terminate();
      assertThat(server.ended()).isZero();
    }
    assertThat(lines)
        .contains("installs requirements.txt")
        .anyMatch(line -> line.matches("pushes [0-9.]+ (bytes|KiB|MiB), sha256:[0-9a-f]{12}"))
        .last()
        .asString()
        .startsWith("pushed " + registry.address() + "/fn/hello.lab:");
    assertNothingIsLeft();
  }

  @Test
  void findsTheImageInTheRegistryAndPushesNothing() throws Exception {
    String first = build(function(HANDLER, null));
    int pushes = registry.pushes();
    lines.clear();

    assertThat(build(function(HANDLER, null))).isEqualTo(first);
    assertThat(registry.pushes()).isEqualTo(pushes);
    assertThat(lines).singleElement().asString().startsWith("the registry has ");
    assertThat(build(function(HANDLER + "# new\n", null))).isNotEqualTo(first);
  }

  @Test
  void makesTheSameImageOfTheSameContent() throws Exception {
    Wheel.write(folder);
    String first = build(function(HANDLER, Wheel.REQUIREMENTS));
    registry.close();
    int port = Integer.parseInt(registry.address().substring("127.0.0.1:".length()));
    registry = new TestRegistry(null, port);
    TestRegistry.pushBase(registry.address(), cache.resolve("test"));

    assertThat(build(function(HANDLER, Wheel.REQUIREMENTS))).isEqualTo(first);
  }

  @Test
  void usesTheUsersPassword() throws Exception {
    try (TestRegistry closed = new TestRegistry("ann:secret")) {
      ImagesConfig right =
          config(closed.address() + "/fn", registry.address() + "/base:1", "ann", "secret");
      assertThat(builder(right).build(function(HANDLER, null), folder, this::note))
          .startsWith(closed.address() + "/fn/hello.lab:");

      assertThat(unfit(config(closed.address(), registry.address() + "/base:1", "ann", "wrong")))
          .hasMessageContaining("refuses the credentials (runtimes.openfaas.images.user")
          .hasMessageNotContaining("wrong");
      assertThat(unfit(config(closed.address(), registry.address() + "/base:1", "", "")))
          .hasMessageContaining("refuses the credentials");
      assertThat(unfit(config(registry.address(), closed.address() + "/base:1", "", "")))
          .hasMessageContaining(closed.address() + "/base")
          .hasMessageContaining("refuses the credentials");
    }
  }

  @Test
  void saysWhereNoRegistryIsConfigured() throws IOException {
    assertThat(unfit(config("", "base", "", "")))
        .hasMessageContaining("runtimes.openfaas.images.registry is empty")
        .returns(Obstacle.SWITCHED_OFF, Unfit::obstacle);
  }

  @Test
  void saysWhenTheRegistryIsNotThere() throws IOException {
    String nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = "127.0.0.1:" + free.getLocalPort();
    }

    assertThat(unfit(config(nobody)))
        .hasMessageStartingWith(
            "the registry " + nobody + "/fn (runtimes.openfaas.images.registry)")
        .hasMessageContaining("refused")
        .returns(Obstacle.RUNTIME_DOWN, Unfit::obstacle);
  }

  @Test
  void saysWhenTheRegistryHasNoTls() throws IOException {
    ImagesConfig secure =
        new ImagesConfig(registry.address(), registry.address() + "/base:1", false, "", "", "");

    assertThat(unfit(secure))
        .hasMessageStartingWith("the registry " + registry.address())
        .hasMessageContaining("it speaks no TLS")
        .hasMessageContaining("runtimes.openfaas.images.insecure");
  }

  @Test
  void givesUpOnAPushThatTakesTooLong() throws IOException {
    ImageBuilder builder =
        builder(config(registry.address()), Duration.ofSeconds(60), Duration.ofMillis(1));

    assertThat(unfit(builder, function(HANDLER, null)))
        .hasMessageContaining("no answer within 1 ms")
        .returns(Obstacle.RUNTIME_DOWN, Unfit::obstacle);
  }

  @Test
  void givesUpOnARegistryThatDoesNotAnswer() throws IOException {
    registry.fallSilent();
    ImageBuilder builder =
        builder(config(registry.address()), Duration.ofMillis(200), Duration.ofMinutes(2));
    Description function = function(HANDLER, null);

    assertThat(unfit(builder, function))
        .hasMessageContaining("no answer within 200 ms")
        .returns(Obstacle.RUNTIME_DOWN, Unfit::obstacle);
  }

  @Test
  void saysWhichBaseImageIsMissing() throws IOException {
    String base = registry.address() + "/base:none";

    assertThat(unfit(config(registry.address(), base, "", "")))
        .hasMessageContaining(base + " (runtimes.openfaas.images.base)")
        .hasMessageContaining("MANIFEST_UNKNOWN");
  }

  @Test
  void saysWhenAPushFails() throws IOException {
    registry.becomeForgetful();

    assertThat(unfit(config(registry.address())))
        .hasMessageContaining("no image can be pushed to " + registry.address())
        .hasMessageContaining("status 500")
        .returns(Obstacle.RUNTIME_DOWN, Unfit::obstacle);
  }

  @Test
  void saysWhatPipSays() throws IOException {
    Description function = function(HANDLER, "--no-index\nno-such-package-here\n");
    int pushes = registry.pushes();

    assertThat(unfit(builder(config(registry.address())), function))
        .hasMessageContaining("No matching distribution found for no-such-package-here");
    assertThat(registry.pushes()).isEqualTo(pushes);
  }

  @Test
  void endsWhenItIsInterrupted() throws Exception {
    registry.fallSilent();
    Description function = function(HANDLER, null);
    CompletableFuture<Throwable> raised = new CompletableFuture<>();
    Thread builder =
        new Thread(
            () -> {
              try {
                build(function);
              } catch (Unfit e) {
                raised.complete(e);
              }
            });
    builder.start();

    builder.interrupt();

    assertThat(raised.get(30, SECONDS)).hasMessageContaining("interrupted");
    builder.join();
  }

  @Test
  void worksWithDebiansRegistry(@TempDir Path data) throws Exception {
    assumeTrue(DebianRegistry.isInstalled(), "docker-registry is not installed");
    try (DebianRegistry debian = new DebianRegistry(data)) {
      TestRegistry.pushBase(debian.address(), cache.resolve("test"));
      ImageBuilder builder = builder(config(debian.address()));
      String name = builder.build(function(HANDLER, null), folder, this::note);

      try (FunctionServer server = new PulledImage(name, root).run(Map.of())) {
        assertThat(server.post("/", "you").body()).isEqualTo("hello you");
      }
      lines.clear();
      assertThat(builder.build(function(HANDLER, null), folder, this::note)).isEqualTo(name);
      assertThat(lines).singleElement().asString().startsWith("the registry has ");
    }
  }

  private void note(String line, long leftOut) {
    lines.add(line.replace(FunctionLog.EVENT, ""));
  }
}
