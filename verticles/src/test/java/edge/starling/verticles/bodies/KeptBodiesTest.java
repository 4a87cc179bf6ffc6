package edge.starling.verticles.bodies;

import static edge.starling.codecs.messages.BodiesMessage.PIECE_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.BodiesMessage.Keep;
import edge.starling.codecs.messages.Bytes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KeptBodiesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger keys = new AtomicInteger();
  private final BytesInFlight inFlight = new BytesInFlight(3 * PIECE_BYTES);
  private final KeptBodies bodies =
      new KeptBodies(inFlight, now::get, () -> "key-" + keys.incrementAndGet());

  @Test
  void handsABodyOutInPieces() {
    byte[] body = new byte[2 * PIECE_BYTES + 5];
    body[2 * PIECE_BYTES] = 42;
    String key = bodies.keep(new Keep(Bytes.wrap(body), MINUTE, MINUTE, null, false));

    assertThat(bodies.piece(key, 0).length()).isEqualTo(PIECE_BYTES);
    assertThat(bodies.piece(key, 2 * PIECE_BYTES).array()).containsExactly(42, 0, 0, 0, 0);
    assertThat(bodies.piece(key, body.length)).isEqualTo(Bytes.EMPTY);
    assertThat(bodies.piece(key, Long.MAX_VALUE)).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void knowsNeitherStrangeKeysNorOffsetsBeforeTheStart() {
    String key = bodies.keep(keep("body"));

    assertThat(bodies.piece("strange", 0)).isNull();
    assertThat(bodies.piece(key, -1)).isNull();
  }

  @Test
  void dropsABodyThatNobodyReads() {
    String key = bodies.keep(keep("body"));
    now.addAndGet(MINUTE.toNanos());

    assertThat(bodies.piece(key, 0)).isNull();
    bodies.dropUnread();
    assertThat(bodies.keptBytes()).isZero();
    assertThat(inFlight.held()).isZero();
  }

  @Test
  void waitsLongerForAReaderThatHasBegun() {
    Duration second = Duration.ofSeconds(1);
    String begun = bodies.keep(new Keep(Bytes.utf8("body"), second, MINUTE, null, false));
    String unasked = bodies.keep(new Keep(Bytes.utf8("other"), second, MINUTE, null, false));
    assertThat(bodies.piece(begun, 0)).isNotNull();
    now.addAndGet(second.toNanos());
    bodies.dropUnread();

    assertThat(bodies.piece(unasked, 0)).isNull();
    assertThat(bodies.piece(begun, 0)).isEqualTo(Bytes.utf8("body"));
    assertThat(inFlight.held()).isEqualTo(4);
  }

  @Test
  void keepsABodyForAsLongAsItIsRead() {
    String key = bodies.keep(keep("body"));
    for (int i = 0; i < 3; i++) {
      now.addAndGet(MINUTE.toNanos() - 1);
      assertThat(bodies.piece(key, 0)).isEqualTo(Bytes.utf8("body"));
    }
  }

  @Test
  void releasesABodyOnce() {
    String key = bodies.keep(keep("body"));
    bodies.release(key);
    bodies.release(key);

    assertThat(bodies.keptBytes()).isZero();
    assertThat(inFlight.held()).isZero();
  }

  private static Keep keep(String text) {
    return new Keep(Bytes.utf8(text), MINUTE, MINUTE, null, false);
  }
}
