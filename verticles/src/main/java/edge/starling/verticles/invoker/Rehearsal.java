package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Compiles and runs a small module (the sample {@code echo}) a few times, so that a node's first
 * call does not pay for loading the runtime's classes: about a tenth of a second.
 */
final class Rehearsal implements Runnable {
  private static final String MODULE = "rehearsal.wasm";
  private static final int RUNS = 200;
  private static final Request REQUEST =
      new Request("POST", "/", null, Headers.NONE, Body.utf8("rehearsal"));

  @Override
  public void run() {
    WasmFunction function =
        new WasmFunction(
            CompiledModule.of(module()),
            1,
            Map::of,
            FunctionLog.NOWHERE,
            Body.INLINE_LIMIT,
            Runnable::run,
            nanos -> {},
            () -> {});
    InvocationId id = InvocationId.random();
    for (int i = 0; i < RUNS && !Thread.currentThread().isInterrupted(); i++) {
      function.start(id, REQUEST, Duration.ofSeconds(1), new BytesInFlight(0).open());
    }
    function.close();
  }

  private static byte[] module() {
    try (InputStream in = Rehearsal.class.getResourceAsStream(MODULE)) {
      return Objects.requireNonNull(in, MODULE).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
