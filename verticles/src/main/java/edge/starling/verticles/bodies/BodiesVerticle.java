package edge.starling.verticles.bodies;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage.Keep;
import edge.starling.codecs.messages.BodiesMessage.Kept;
import edge.starling.codecs.messages.BodiesMessage.Piece;
import edge.starling.codecs.messages.BodiesMessage.Read;
import edge.starling.codecs.messages.BodiesMessage.Release;
import edge.starling.codecs.messages.BodiesMessage.Share;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.NodeId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out large bodies and shared files in pieces. Bodies lie in memory, counted among the node's
 * bytes in flight; files are read off the event loop.
 */
public final class BodiesVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(BodiesVerticle.class);
  private static final int KEY_BYTES = 16;
  private static final Duration SWEEP = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final NodeId self;
  private final MeterRegistry metrics;
  private final SecureRandom random = new SecureRandom();
  private final KeptBodies bodies;
  private final SharedFiles files = new SharedFiles(System::nanoTime);

  public BodiesVerticle(NodeId self, BytesInFlight bytes, MeterRegistry metrics) {
    this.self = self;
    this.metrics = metrics;
    this.bodies = new KeptBodies(bytes, System::nanoTime, this::newKey);
  }

  @Override
  public Future<?> start() {
    Gauge.builder("starling.bodies.held", bodies, KeptBodies::keptBytes)
        .description("What large bodies take of the memory")
        .baseUnit("bytes")
        .register(metrics);
    vertx.setPeriodic(SWEEP.toMillis(), timer -> sweep());
    return Bus.open(vertx, self)
        .compose(
            bus ->
                Future.all(
                    bus.serve(Addresses.KEEP_BODY, this::keep),
                    bus.serve(Addresses.SHARE_FILE, this::share),
                    bus.serve(Addresses.READ_BODY, this::read),
                    bus.on(Addresses.RELEASE_BODY, this::release),
                    bus.on(Addresses.PEER_LOST, lost -> bodies.dropAllFor(lost.node()))));
  }

  @Override
  public Future<?> stop() {
    return vertx.executeBlocking(
        () -> {
          files.close();
          return "closed";
        },
        false);
  }

  private Future<Kept> keep(Keep request) {
    String key = bodies.keep(request);
    return Future.succeededFuture(new Kept(new BodyHandle(self, key, request.bytes().length())));
  }

  private Future<Kept> share(Share request) {
    return vertx
        .executeBlocking(() -> files.share(request.key(), Path.of(request.path())), false)
        .map(length -> new Kept(new BodyHandle(self, request.key(), length)))
        .otherwise(
            error -> {
              LOG.warn("{} cannot be shared: {}", request.path(), error.toString());
              return new Kept(null);
            });
  }

  private Future<Piece> read(Read request) {
    Bytes kept = bodies.piece(request.key(), request.offset());
    if (kept != null || !files.has(request.key())) {
      return Future.succeededFuture(new Piece(kept));
    }
    return vertx
        .executeBlocking(() -> new Piece(files.piece(request.key(), request.offset())), false)
        .otherwise(
            error -> {
              LOG.warn("a shared file cannot be read: {}", error.toString());
              return new Piece(null);
            });
  }

  private void release(Release notice) {
    bodies.release(notice.key());
    if (files.has(notice.key())) {
      offLoop(() -> files.release(notice.key()));
    }
  }

  private void sweep() {
    bodies.dropUnread();
    offLoop(() -> files.closeIdle(IDLE));
  }

  private void offLoop(DiskWork work) {
    vertx
        .executeBlocking(
            () -> {
              work.run();
              return work;
            },
            false)
        .onFailure(error -> LOG.warn("a shared file cannot be closed: {}", error.toString()));
  }

  private interface DiskWork {
    void run() throws IOException;
  }

  private String newKey() {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return HexFormat.of().formatHex(key);
  }
}
