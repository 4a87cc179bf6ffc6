package edge.starling.verticles.invoker;

import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.TableInstance;
import run.endive.wasi.WasiExitException;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;

/**
 * A place where instances of one module run, one after the other: a fresh instance for each run,
 * with WASI of its own. Only the allocation of the memory is used again, and only when the run
 * before ended well and left it at its first size; the library fills it with zeros before each
 * start. Confined to one thread at a time.
 */
final class Sandbox {
  private static final int LARGEST_KEPT_PAGES = 64;

  private final CompiledModule compiled;
  private final MemoryLimits limits;
  private final WasiImports imports;
  private final Instance.Builder instances;
  private @Nullable ByteArrayMemory kept;
  private @Nullable ByteArrayMemory used;

  /**
   * @param limits of the memory
   */
  Sandbox(CompiledModule compiled, MemoryLimits limits) {
    this.compiled = compiled;
    this.limits = limits;
    this.imports = new WasiImports(compiled.module());
    this.instances =
        Instance.builder(compiled.module())
            .withImportValues(imports.values())
            .withMachineFactory(compiled.machines())
            .withMemoryLimits(limits)
            .withMemoryFactory(this::memory)
            .withTableFactory(this::table);
  }

  /**
   * Runs the command to its end.
   *
   * @return its exit code
   * @throws RuntimeException when it traps, is interrupted, or a stream throws; the thread may then
   *     still be interrupted
   */
  int run(byte[] stdin, OutputStream stdout, OutputStream stderr, Map<String, String> env) {
    imports.open(stdin, stdout, stderr, env);
    try {
      int exitCode = exitCode();
      keepMemory();
      return exitCode;
    } finally {
      used = null;
      imports.close();
    }
  }

  private int exitCode() {
    try {
      instances.build();
      return 0;
    } catch (WasiExitException e) {
      return e.exitCode();
    }
  }

  private Memory memory(MemoryLimits asked) {
    ByteArrayMemory memory = kept == null ? new ByteArrayMemory(asked) : kept;
    kept = null;
    used = memory;
    return memory;
  }

  private void keepMemory() {
    if (used != null
        && !limits.shared()
        && used.pages() == limits.initialPages()
        && used.pages() <= LARGEST_KEPT_PAGES) {
      kept = used;
    }
  }

  /** A table of its own: the library would count its growth in the module that all share. */
  private TableInstance table(Table declared, int initialValue) {
    TableLimits own = declared.limits();
    int tables = compiled.module().tableSection().tableCount();
    long most = Math.max(own.min(), CompiledModule.MOST_TABLE_ENTRIES / tables);
    return new TableInstance(
        new Table(
            declared.elementType(),
            new TableLimits(own.min(), Math.min(own.max(), most), own.shared()),
            declared.initialize()),
        initialValue);
  }
}
