package edge.starling.verticles.index;

import static edge.starling.verticles.Sample.hello;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.spi.merge.MergingValue;
import org.junit.jupiter.api.Test;

class HighestVersionWinsTest {
  private final HighestVersionWins policy = new HighestVersionWins();
  private final byte[] first = StoredEntry.of(hello(1), false);
  private final byte[] second = StoredEntry.of(hello(2), false);
  private final byte[] deleted = StoredEntry.of(hello(3), true);

  @Test
  void keepsTheHigherVersionWhicheverSideItComesFrom() {
    assertThat(policy.merge(value(first), value(second))).isEqualTo(second);
    assertThat(policy.merge(value(second), value(first))).isEqualTo(second);
  }

  @Test
  void keepsWhatOnlyOneSideHas() {
    assertThat(policy.merge(value(first), null)).isEqualTo(first);
  }

  @Test
  void aDeletionWinsOverTheVersionsBeforeIt() {
    assertThat(policy.merge(value(second), value(deleted))).isEqualTo(deleted);
    assertThat(policy.merge(value(deleted), value(second))).isEqualTo(deleted);
  }

  /** As Hazelcast hands it over. */
  private static MergingValue<byte[]> value(byte[] stored) {
    return new MergingValue<>() {
      @Override
      public Object getRawValue() {
        return stored;
      }

      @Override
      @SuppressWarnings("unchecked")
      public byte[] getDeserializedValue() {
        return stored;
      }
    };
  }
}
