package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CpuShareTest {
  private static final long STEP = CpuShare.INTERVAL.toNanos();
  private static final Offset<Double> EXACTLY = Offset.offset(1e-9);

  private final CpuShare share = new CpuShare(2);

  @Test
  void isZeroBeforeTheSecondSample() {
    assertThat(share.mean()).isZero();
    sample(0, Map.of(1L, 10 * STEP));
    assertThat(share.mean()).isZero();
  }

  @Test
  void isTheMeanOverTheLastSecondAndAllProcessors() {
    for (int i = 0; i <= 5; i++) {
      sample(i, Map.of(1L, i * STEP));
    }
    assertThat(share.mean()).isEqualTo(0.5, EXACTLY);

    sample(6, Map.of(1L, 5 * STEP));
    assertThat(share.mean()).isEqualTo(0.4, EXACTLY);
    for (int i = 7; i <= 11; i++) {
      sample(i, Map.of(1L, 5 * STEP));
    }
    assertThat(share.mean()).isEqualTo(0, EXACTLY);
  }

  @Test
  void countsProcessesThatComeAndGo() {
    sample(0, Map.of(1L, 0L, 2L, 50 * STEP));
    sample(1, Map.of(1L, 0L, 2L, 51 * STEP, 3L, STEP));
    assertThat(share.mean()).isEqualTo(1, EXACTLY);

    sample(2, Map.of(1L, 0L));
    assertThat(share.mean()).isEqualTo(0.5, EXACTLY);
  }

  @Test
  void beginsAnewWhenNobodyHasSampledForAWhile() {
    sample(0, Map.of(1L, 0L));
    sample(1, Map.of(1L, STEP));

    share.forget();
    assertThat(share.mean()).isZero();
    sample(100, Map.of(1L, 90 * STEP));
    sample(101, Map.of(1L, 92 * STEP));
    assertThat(share.mean()).isEqualTo(1, EXACTLY);
  }

  @Test
  void theOperatingSystemKnowsThisProcess() {
    ProcessorTimes now = ProcessorTimes.now();

    assertThat(now.nanosByProcess().get(ProcessHandle.current().pid())).isPositive();
  }

  private void sample(int step, Map<Long, Long> nanosByProcess) {
    share.add(new ProcessorTimes(nanosByProcess, step * STEP));
  }
}
