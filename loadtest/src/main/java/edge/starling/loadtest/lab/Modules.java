package edge.starling.loadtest.lab;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The WebAssembly functions in this jar; their sources are in {@code deployments/functions}. */
public final class Modules {
  private Modules() {}

  /** Answers with an empty body, whatever it gets; one page of memory. */
  public static byte[] noop() throws IOException {
    return read("noop.wasm");
  }

  /** Answers with the body that it gets, as that comes. */
  public static byte[] echo() throws IOException {
    return read("echo.wasm");
  }

  /** Answers after as many milliseconds as its body says. */
  public static byte[] sleep() throws IOException {
    return read("sleep.wasm");
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream module =
        Modules.class.getResourceAsStream("/edge/starling/loadtest/functions/" + name)) {
      if (module == null) {
        throw new FileNotFoundException(name + " is missing from this jar");
      }
      return module.readAllBytes();
    }
  }
}
