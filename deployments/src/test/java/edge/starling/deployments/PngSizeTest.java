package edge.starling.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngSizeTest {

  @Test
  void readsWhatJavaWrites() throws IOException {
    assertThat(PngSize.of(png(123, 45))).isEqualTo(new PngSize(123, 45));
  }

  @Test
  void refusesEveryCut() throws IOException {
    byte[] whole = png(9, 7);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> PngSize.of(cut)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesEveryDamagedByte() throws IOException {
    byte[] whole = png(9, 7);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      assertThatThrownBy(() -> PngSize.of(damaged)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", out);
    return out.toByteArray();
  }
}
