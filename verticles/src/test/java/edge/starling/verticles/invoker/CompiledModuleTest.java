package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CompiledModuleTest {
  private static final long HEAP = 256L << 20;

  @Test
  void refusesAModuleThatTheHeapCannotHold() {
    assertThatThrownBy(() -> CompiledModule.checkSize(12_000_000, HEAP))
        .isInstanceOf(FunctionRuntime.Unfit.class)
        .hasMessageContaining("12000000 bytes")
        .hasMessageContaining("may have 3355443");
  }

  @Test
  void takesOneThatItCanHold() {
    assertThatCode(() -> CompiledModule.checkSize(3_000_000, HEAP)).doesNotThrowAnyException();
  }
}
