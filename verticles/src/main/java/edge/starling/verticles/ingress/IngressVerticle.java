package edge.starling.verticles.ingress;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.NodeId;
import edge.starling.config.NodeConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** The node's door for clients: HTTP in, HTTP out. It deploys the listeners, one an event loop. */
public final class IngressVerticle extends VerticleBase {
  private static final String UPLOADS = "uploads";

  private final NodeId self;
  private final NodeConfig config;
  private final BytesInFlight bytes;
  private final PrometheusMeterRegistry registry;
  private final BooleanSupplier joined;
  private final int listeners;
  private volatile int port;

  /**
   * @param joined whether the node has joined its cluster, or may go on alone; asked from any
   *     listener's event loop
   * @param listeners event loops that serve clients, 1 or more
   */
  public IngressVerticle(
      NodeId self,
      NodeConfig config,
      BytesInFlight bytes,
      PrometheusMeterRegistry registry,
      BooleanSupplier joined,
      int listeners) {
    this.self = self;
    this.config = config;
    this.bytes = bytes;
    this.registry = registry;
    this.joined = joined;
    this.listeners = listeners;
  }

  /** The port on which it listens; 0 before it does. May be called from any thread. */
  public int port() {
    return port;
  }

  @Override
  public Future<?> start() {
    Path uploads = Path.of(config.data()).toAbsolutePath().resolve(UPLOADS);
    return Contract.load(vertx)
        .compose(contract -> vertx.executeBlocking(() -> prepare(uploads, contract), false))
        .compose(
            site ->
                vertx
                    .executeBlocking(() -> new Pages(), false)
                    .compose(pages -> listen(site, pages)));
  }

  private Future<?> listen(Site site, Pages pages) {
    AtomicInteger listeningOn = new AtomicInteger();
    return vertx
        .deployVerticle(
            () -> new HttpListenerVerticle(site, pages, listeningOn::set),
            new DeploymentOptions().setInstances(listeners))
        .onSuccess(deployed -> port = listeningOn.get());
  }

  private Site prepare(Path uploads, OpenAPIContract contract) throws IOException {
    empty(Files.createDirectories(uploads));
    if (Files.getFileStore(uploads).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(uploads, PosixFilePermissions.fromString("rwx------"));
    }
    OpenConnections connections = new OpenConnections(config.http().maxConnections());
    OpenConnections logReaders = new OpenConnections(config.logs().readers());
    return new Site(
        self,
        config,
        registry,
        joined,
        uploads,
        contract,
        new HttpMetrics(registry, bytes, connections, logReaders),
        bytes,
        connections,
        logReaders,
        Credentials.of(config.http().basicAuth()),
        Clock.systemUTC());
  }

  /** Deletes what a node that died left half received; folders are not ours. */
  private static void empty(Path folder) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, Files::isRegularFile)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
  }
}
