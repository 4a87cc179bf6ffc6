package edge.starling.verticles.bodies;

import static edge.starling.codecs.messages.BodiesMessage.PIECE_BYTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Address;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage.Keep;
import edge.starling.codecs.messages.BodiesMessage.Piece;
import edge.starling.codecs.messages.BodiesMessage.Read;
import edge.starling.codecs.messages.BodiesMessage.Release;
import edge.starling.codecs.messages.BodiesMessage.Share;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.IndexMessage.PeerLost;
import edge.starling.codecs.messages.NodeId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodiesVerticleTest {
  private static final NodeId OWNER = new NodeId("owner", 1);
  private static final NodeId READER = new NodeId("reader", 1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private final MeterRegistry metrics = new SimpleMeterRegistry();
  private final BytesInFlight inFlight = new BytesInFlight(1 << 20);
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private Bus owner;
  private Bus reader;

  @BeforeEach
  void start() throws Exception {
    Bus.install(vertx, new CborCodec());
    vertx.deployVerticle(new BodiesVerticle(OWNER, inFlight, metrics)).await(5, SECONDS);
    owner = open(OWNER);
    reader = open(READER);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(5, SECONDS);
  }

  @Test
  void keepsABodyForOtherNodesUntilItIsReleased() throws Exception {
    Bytes body = Bytes.wrap(new byte[3 * PIECE_BYTES / 2]);
    BodyHandle handle =
        ask(owner, Addresses.KEEP_BODY, new Keep(body, MINUTE, MINUTE, READER, false)).handle();

    assertThat(handle.owner()).isEqualTo(OWNER);
    assertThat(handle.key()).hasSize(32);
    assertThat(handle.length()).isEqualTo(body.length());
    assertThat(read(handle, 0).bytes().length()).isEqualTo(PIECE_BYTES);
    assertThat(read(handle, PIECE_BYTES).bytes().length()).isEqualTo(PIECE_BYTES / 2);
    assertThat(metrics.get("starling.bodies.held").gauge().value()).isEqualTo(body.length());

    loop.runOnContext(
        ignored -> reader.tell(Addresses.RELEASE_BODY, OWNER, new Release(handle.key())));
    await().untilAsserted(() -> assertThat(read(handle, 0).bytes()).isNull());
    assertThat(metrics.get("starling.bodies.held").gauge().value()).isZero();
  }

  @Test
  void countsABodyAmongTheBytesInFlightUnlessItsGiverDoes() throws Exception {
    Bytes body = Bytes.wrap(new byte[100]);
    ask(owner, Addresses.KEEP_BODY, new Keep(body, MINUTE, MINUTE, READER, false));
    ask(owner, Addresses.KEEP_BODY, new Keep(body, MINUTE, MINUTE, null, true));

    assertThat(inFlight.held()).isEqualTo(100);
    assertThat(metrics.get("starling.bodies.held").gauge().value()).isEqualTo(200);
  }

  @Test
  void dropsWhatWasKeptForANodeThatHasLeft() throws Exception {
    Bytes body = Bytes.wrap(new byte[100]);
    ask(owner, Addresses.KEEP_BODY, new Keep(body, MINUTE, MINUTE, READER, false));
    BodyHandle other =
        ask(owner, Addresses.KEEP_BODY, new Keep(body, MINUTE, MINUTE, null, false)).handle();

    loop.runOnContext(ignored -> owner.tellAll(Addresses.PEER_LOST, new PeerLost(READER)));

    await().untilAsserted(() -> assertThat(inFlight.held()).isEqualTo(100));
    assertThat(read(other, 0).bytes()).isEqualTo(body);
  }

  @Test
  void dropsABodyWhoseTimeIsUp() throws Exception {
    Keep brief = new Keep(Bytes.utf8("body"), Duration.ofMillis(1), MINUTE, READER, false);
    ask(owner, Addresses.KEEP_BODY, brief);

    await()
        .untilAsserted(
            () -> assertThat(metrics.get("starling.bodies.held").gauge().value()).isZero());
  }

  @Test
  void handsOutAFileUnderTheKeyOfItsOwner() throws Exception {
    Path file = Files.write(folder.resolve("artefact"), new byte[PIECE_BYTES + 1]);
    Share share = new Share("chosen", file.toString());
    BodyHandle handle = ask(owner, Addresses.SHARE_FILE, share).handle();

    assertThat(handle).isEqualTo(new BodyHandle(OWNER, "chosen", PIECE_BYTES + 1));
    assertThat(read(handle, PIECE_BYTES).bytes().length()).isEqualTo(1);

    loop.runOnContext(ignored -> owner.tell(Addresses.RELEASE_BODY, OWNER, new Release("chosen")));
    await().untilAsserted(() -> assertThat(read(handle, 0).bytes()).isNull());
  }

  @Test
  void sharesNoFileThatIsNotThere() throws Exception {
    Share share = new Share("chosen", folder.resolve("missing").toString());

    assertThat(ask(owner, Addresses.SHARE_FILE, share).handle()).isNull();
  }

  @Test
  void answersNoPieceForAFileThatWentAway() throws IOException, Exception {
    Path file = Files.write(folder.resolve("artefact"), new byte[1]);
    BodyHandle handle =
        ask(owner, Addresses.SHARE_FILE, new Share("chosen", file.toString())).handle();
    Files.delete(file);

    assertThat(read(handle, 0).bytes()).isNull();
  }

  private Piece read(BodyHandle handle, long offset) throws Exception {
    Promise<Piece> answer = Promise.promise();
    loop.runOnContext(
        ignored ->
            reader
                .request(Addresses.READ_BODY, handle.owner(), new Read(handle.key(), offset))
                .onComplete(answer));
    return answer.future().await(5, SECONDS);
  }

  private <Q extends BusMessage, R extends BusMessage> R ask(
      Bus bus, Address<Q, R> address, Q request) throws Exception {
    Promise<R> answer = Promise.promise();
    loop.runOnContext(ignored -> bus.request(address, request).onComplete(answer));
    return answer.future().await(5, SECONDS);
  }

  private Bus open(NodeId node) throws Exception {
    Promise<Bus> opened = Promise.promise();
    loop.runOnContext(
        ignored -> {
          Future<Bus> bus = Bus.open(vertx, node);
          bus.onComplete(opened);
        });
    return opened.future().await(5, SECONDS);
  }
}
