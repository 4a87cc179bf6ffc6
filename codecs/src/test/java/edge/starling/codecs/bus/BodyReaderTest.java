package edge.starling.codecs.bus;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.bus.BodyReader.Lost;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BodiesMessage;
import edge.starling.codecs.messages.BodiesMessage.Piece;
import edge.starling.codecs.messages.BodiesMessage.Read;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BodyReaderTest {
  private static final int PIECE = BodiesMessage.PIECE_BYTES;
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final byte[] all = new byte[10 * PIECE + 17];
  private final BodyHandle handle = new BodyHandle(new NodeId("owner", 1), "key", all.length);
  private Bus reader;
  private Bus owner;

  @BeforeEach
  void open() throws Exception {
    new Random(1).nextBytes(all);
    Bus.install(vertx, new CborCodec());
    reader = on(() -> Bus.open(vertx, new NodeId("reader", 1)));
    owner = on(() -> Bus.open(vertx, handle.owner()));
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  @Test
  void readsAllOfIt() throws Exception {
    serve(read -> Future.succeededFuture(piece(read)));

    assertThat(on(() -> BodyReader.readAll(reader, handle, all.length, LONG)).array())
        .isEqualTo(all);
    BodyHandle empty = new BodyHandle(handle.owner(), "empty", 0);
    assertThat(on(() -> BodyReader.readAll(reader, empty, 0, LONG))).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void handsOutPiecesInTheirOrderAndNeverAsksForMoreThanFourAhead() throws Exception {
    List<Runnable> answers = new ArrayList<>();
    List<Integer> outstanding = new ArrayList<>();
    serve(
        read -> {
          Promise<Piece> promise = Promise.promise();
          answers.add(() -> promise.complete(piece(read)));
          outstanding.add(answers.size());
          // when no more can be asked for, the answers come in the wrong order
          if (answers.size() == BodyReader.OUTSTANDING || read.offset() > all.length - PIECE) {
            Collections.reverse(answers);
            List.copyOf(answers).forEach(Runnable::run);
            answers.clear();
          }
          return promise.future();
        });
    List<Bytes> taken = new ArrayList<>();
    boolean[] isBusy = {false};

    on(
        () ->
            BodyReader.read(
                reader,
                handle,
                0,
                LONG,
                piece -> {
                  assertThat(isBusy[0]).isFalse();
                  isBusy[0] = true;
                  taken.add(piece);
                  return vertx
                      .timer(1, MILLISECONDS)
                      .andThen(stored -> isBusy[0] = false)
                      .mapEmpty();
                }));

    byte[] joined = new byte[all.length];
    int filled = 0;
    for (Bytes piece : taken) {
      System.arraycopy(piece.array(), 0, joined, filled, piece.length());
      filled += piece.length();
    }
    assertThat(joined).isEqualTo(all);
    assertThat(outstanding).allMatch(count -> count <= BodyReader.OUTSTANDING);
  }

  @Test
  void beginsWhereItIsTold() throws Exception {
    List<Long> asked = new ArrayList<>();
    serve(
        read -> {
          asked.add(read.offset());
          return Future.succeededFuture(piece(read));
        });
    List<Bytes> taken = new ArrayList<>();

    on(() -> BodyReader.read(reader, handle, 9L * PIECE, LONG, piece -> taken(taken, piece)));

    assertThat(asked).containsExactly(9L * PIECE, 10L * PIECE);
    assertThat(taken)
        .containsExactly(
            piece(new Read("key", 9L * PIECE)).bytes(),
            piece(new Read("key", 10L * PIECE)).bytes());
  }

  @Test
  void isLostOnlyWhenTheSinkIsAtRest() throws Exception {
    serve(read -> Future.succeededFuture(read.offset() == 0 ? piece(read) : new Piece(null)));
    List<Bytes> taken = new ArrayList<>();

    assertThatThrownBy(
            () ->
                on(
                    () ->
                        BodyReader.read(
                            reader,
                            handle,
                            0,
                            LONG,
                            piece ->
                                vertx
                                    .timer(50, MILLISECONDS)
                                    .compose(stored -> taken(taken, piece)))))
        .isInstanceOf(Lost.class);
    assertThat(taken).hasSize(1);
  }

  private static Future<Void> taken(List<Bytes> taken, Bytes piece) {
    taken.add(piece);
    return Future.succeededFuture();
  }

  @Test
  void asksAgainForAPieceThatDoesNotCome() throws Exception {
    Set<Long> seen = new HashSet<>();
    serve(
        read ->
            read.offset() == 3L * PIECE && seen.add(read.offset())
                ? Promise.<Piece>promise().future()
                : Future.succeededFuture(piece(read)));

    assertThat(on(() -> BodyReader.readAll(reader, handle, all.length, LONG)).array())
        .isEqualTo(all);
    assertThat(seen).hasSize(1);
  }

  @Test
  void saysWhyABodyIsLost() throws Exception {
    assertThatThrownBy(() -> on(() -> BodyReader.readAll(reader, handle, all.length, LONG)))
        .isInstanceOf(Lost.class)
        .hasMessageContaining("owner.1");
    serve(
        read ->
            Future.succeededFuture(
                read.offset() == 5L * PIECE
                    ? new Piece(read.key().equals("gone") ? null : Bytes.utf8("short"))
                    : piece(read)));
    BodyHandle gone = new BodyHandle(handle.owner(), "gone", all.length);

    assertThatThrownBy(() -> on(() -> BodyReader.readAll(reader, gone, all.length, LONG)))
        .isInstanceOf(Lost.class)
        .hasMessageContaining("no longer there");
    assertThatThrownBy(() -> on(() -> BodyReader.readAll(reader, handle, all.length, LONG)))
        .isInstanceOf(Lost.class)
        .hasMessageContaining("5 bytes at 327680");
    assertThatThrownBy(() -> on(() -> BodyReader.readAll(reader, handle, 1000, LONG)))
        .isInstanceOf(Lost.class)
        .hasMessageContaining("limit of 1000");
  }

  @Test
  void waitsNoLongerThanItsPatience() throws Exception {
    serve(read -> Promise.<Piece>promise().future());

    assertThatThrownBy(
            () -> on(() -> BodyReader.readAll(reader, handle, all.length, Duration.ofMillis(50))))
        .isInstanceOf(Lost.class)
        .hasMessageContaining("did not answer");
  }

  @Test
  void failsAsItsSinkDoes() throws Exception {
    serve(read -> Future.succeededFuture(piece(read)));

    assertThatThrownBy(
            () ->
                on(
                    () ->
                        BodyReader.read(
                            reader, handle, 0, LONG, piece -> Future.failedFuture("disk full"))))
        .hasMessageContaining("disk full");
    assertThatThrownBy(
            () ->
                on(
                    () ->
                        BodyReader.read(
                            reader,
                            handle,
                            0,
                            LONG,
                            piece -> {
                              throw new IllegalStateException("broken sink");
                            })))
        .hasMessageContaining("broken sink");
  }

  private Piece piece(Read read) {
    int end = (int) Math.min(all.length, read.offset() + PIECE);
    return new Piece(Bytes.wrap(Arrays.copyOfRange(all, (int) read.offset(), end)));
  }

  private void serve(Function<Read, Future<? extends Piece>> handler) throws Exception {
    on(() -> owner.serve(Addresses.READ_BODY, handler));
  }

  private <T> T on(Supplier<Future<T>> work) throws Exception {
    return Future.<T>future(done -> context.runOnContext(none -> work.get().onComplete(done)))
        .await(20, SECONDS);
  }
}
