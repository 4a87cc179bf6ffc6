package edge.starling.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({"0, 0", "512, 512", "64KiB, 65536", "32MiB, 33554432", "1GiB, 1073741824"})
  void readsWhatPeopleWrite(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    assertThat(new ByteSize(bytes)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "1.5MiB",
        "64 KiB",
        "64kb",
        "64kib",
        "64MB",
        "KiB",
        "999999999999999GiB",
        "9999999999999999999"
      })
  void refusesEverythingElseWithTheRule(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.parse(text))
        .withMessage(ByteSize.RULE);
  }

  @Test
  void isNotNegative() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ByteSize(-1));
  }

  @Test
  void readsBackWhatItWrites() {
    Random chance = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      long bytes = chance.nextLong(1L << 59) >> chance.nextInt(60);
      ByteSize size =
          new ByteSize(bytes << chance.nextInt(1 + Long.numberOfLeadingZeros(bytes) / 8));
      assertThat(ByteSize.parse(size.toString())).isEqualTo(size);
    }
  }
}
