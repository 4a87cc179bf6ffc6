package edge.starling.loadtest.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadTest {
  @Test
  void saysWhatItIs() {
    assertThat(Load.closed(1)).hasToString("1 connection");
    assertThat(Load.closed(16)).hasToString("16 connections");
    assertThat(Load.open(500)).hasToString("open loop, 500/s");
  }
}
