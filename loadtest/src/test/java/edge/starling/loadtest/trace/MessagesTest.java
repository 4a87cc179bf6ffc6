package edge.starling.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessagesTest {
  @Test
  void aForwardIsAnsweredAndAReportIsNot() {
    Messages between = new Messages(110, 50).since(new Messages(10, 20));
    assertThat(between).isEqualTo(new Messages(100, 30));
    assertThat(between.sent()).isEqualTo(230);
  }

  @Test
  void whatIsNotCountedIsNotANumber() {
    assertThat(new Messages(1, Double.NaN).sent()).isNaN();
  }
}
