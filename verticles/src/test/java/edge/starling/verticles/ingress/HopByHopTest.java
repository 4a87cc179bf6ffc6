package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HopByHopTest {
  @Test
  void dropsTheWellKnownOnes() {
    HopByHop hop = HopByHop.of(List.of());
    assertThat(
            List.of(
                "Connection",
                "keep-alive",
                "TE",
                "Trailer",
                "Upgrade",
                "Transfer-Encoding",
                "Proxy-Connection",
                "Proxy-Authenticate",
                "Proxy-Authorization"))
        .allMatch(hop::drops);
  }

  @Test
  void dropsWhatConnectionNames() {
    HopByHop hop = HopByHop.of(List.of("close, X-One", " x-two ,,"));
    assertThat(List.of("X-One", "x-one", "X-Two")).allMatch(hop::drops);
  }

  @Test
  void keepsTheRest() {
    HopByHop hop = HopByHop.of(List.of("X-One"));
    assertThat(List.of("Accept", "X-Three", "Authorization", "Te1", "Upgraded"))
        .noneMatch(hop::drops);
  }
}
