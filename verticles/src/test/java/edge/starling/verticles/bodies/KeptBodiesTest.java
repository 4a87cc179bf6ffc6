package edge.starling.verticles.bodies;

import static edge.starling.codecs.messages.BodiesMessage.PIECE_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Bytes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KeptBodiesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger keys = new AtomicInteger();
  private final KeptBodies bodies =
      new KeptBodies(3 * PIECE_BYTES, now::get, () -> "key-" + keys.incrementAndGet());

  @Test
  void handsABodyOutInPieces() {
    byte[] body = new byte[2 * PIECE_BYTES + 5];
    body[2 * PIECE_BYTES] = 42;
    String key = bodies.keep(Bytes.wrap(body), MINUTE);

    assertThat(bodies.piece(key, 0).length()).isEqualTo(PIECE_BYTES);
    assertThat(bodies.piece(key, 2 * PIECE_BYTES).array()).containsExactly(42, 0, 0, 0, 0);
    assertThat(bodies.piece(key, body.length)).isEqualTo(Bytes.EMPTY);
    assertThat(bodies.piece(key, Long.MAX_VALUE)).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void knowsNeitherStrangeKeysNorOffsetsBeforeTheStart() {
    String key = bodies.keep(Bytes.utf8("body"), MINUTE);

    assertThat(bodies.piece("strange", 0)).isNull();
    assertThat(bodies.piece(key, -1)).isNull();
  }

  @Test
  void refusesWhatWouldExceedTheLimit() {
    String first = bodies.keep(Bytes.wrap(new byte[2 * PIECE_BYTES]), MINUTE);

    assertThat(bodies.keep(Bytes.wrap(new byte[PIECE_BYTES + 1]), MINUTE)).isNull();
    assertThat(bodies.keep(Bytes.wrap(new byte[PIECE_BYTES]), MINUTE)).isNotNull();
    bodies.release(first);
    assertThat(bodies.heldBytes()).isEqualTo(PIECE_BYTES);
    assertThat(bodies.keep(Bytes.wrap(new byte[2 * PIECE_BYTES]), MINUTE)).isNotNull();
  }

  @Test
  void dropsABodyWhenItsTimeIsUp() {
    String key = bodies.keep(Bytes.utf8("body"), MINUTE);
    now.addAndGet(MINUTE.toNanos());

    assertThat(bodies.piece(key, 0)).isNull();
    bodies.dropExpired();
    assertThat(bodies.heldBytes()).isZero();
  }

  @Test
  void makesRoomFromExpiredBodiesBeforeItRefuses() {
    bodies.keep(Bytes.wrap(new byte[3 * PIECE_BYTES]), MINUTE);
    now.addAndGet(MINUTE.toNanos());

    assertThat(bodies.keep(Bytes.utf8("next"), MINUTE)).isNotNull();
  }

  @Test
  void releasesABodyOnce() {
    String key = bodies.keep(Bytes.utf8("body"), MINUTE);
    bodies.release(key);
    bodies.release(key);

    assertThat(bodies.heldBytes()).isZero();
  }
}
