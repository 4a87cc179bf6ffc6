package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import run.endive.log.Logger;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.wasi.WasiOptions;
import run.endive.wasi.WasiPreview1;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Import;

/**
 * WASI preview 1 for the instances of one module that run one after the other. What a module
 * imports is bound once, and each run gets its own streams, environment and descriptors behind it:
 * to bind all of WASI anew would take longer than a small function does. There are no folders and
 * no sockets, so files and network are out of reach. Confined to one thread at a time.
 */
final class WasiImports {
  private static final String MODULE = "wasi_snapshot_preview1";
  private static final int EFAULT = 21;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Silence SILENCE = new Silence();

  /** The functions that commands use, called without a detour. */
  private static final Map<String, Direct> DIRECT =
      Map.ofEntries(
          direct("args_get", (w, m, a) -> w.argsGet(m, (int) a[0], (int) a[1])),
          direct("args_sizes_get", (w, m, a) -> w.argsSizesGet(m, (int) a[0], (int) a[1])),
          direct("environ_get", (w, m, a) -> w.environGet(m, (int) a[0], (int) a[1])),
          direct("environ_sizes_get", (w, m, a) -> w.environSizesGet(m, (int) a[0], (int) a[1])),
          direct("clock_time_get", (w, m, a) -> w.clockTimeGet(m, (int) a[0], a[1], (int) a[2])),
          direct("fd_close", (w, m, a) -> w.fdClose((int) a[0])),
          direct("fd_fdstat_get", (w, m, a) -> w.fdFdstatGet(m, (int) a[0], (int) a[1])),
          direct("fd_prestat_get", (w, m, a) -> w.fdPrestatGet(m, (int) a[0], (int) a[1])),
          direct("fd_read", WasiImports::read),
          direct("fd_seek", (w, m, a) -> w.fdSeek(m, (int) a[0], a[1], (int) a[2], (int) a[3])),
          direct(
              "fd_write",
              (w, m, a) -> w.fdWrite(m, (int) a[0], (int) a[1], (int) a[2], (int) a[3])),
          direct("random_get", (w, m, a) -> w.randomGet(m, (int) a[0], (int) a[1])));

  /** All of WASI, in the library's order. */
  private static final HostFunction[] ALL =
      wasi(new byte[0], OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), Map.of())
          .toHostFunctions();

  private static final Map<String, Integer> INDEX = index();

  private interface Direct {
    int call(WasiPreview1 wasi, Memory memory, long[] arguments);
  }

  private final ImportValues values;
  private @Nullable WasiPreview1 wasi;
  private HostFunction @Nullable [] functions;

  WasiImports(WasmModule module) {
    Map<String, ImportFunction> bound = new LinkedHashMap<>();
    module.importSection().stream()
        .forEach(wanted -> bound.computeIfAbsent(wanted.name(), this::bind));
    this.values = ImportValues.builder().withFunctions(new ArrayList<>(bound.values())).build();
  }

  /**
   * @throws Unfit names what the module imports and no instance can have
   */
  static void check(WasmModule module) {
    TreeSet<String> unknown = new TreeSet<>();
    module.importSection().stream()
        .filter(wanted -> !isProvided(module, wanted))
        .forEach(wanted -> unknown.add(wanted.module() + "." + wanted.name()));
    if (!unknown.isEmpty()) {
      throw new Unfit(
          "it imports what a WASI preview 1 command cannot have: " + String.join(", ", unknown));
    }
  }

  static boolean usesEnvironment(WasmModule module) {
    return module.importSection().stream().anyMatch(wanted -> wanted.name().startsWith("environ_"));
  }

  ImportValues values() {
    return values;
  }

  /** Before each run. */
  void open(byte[] stdin, OutputStream stdout, OutputStream stderr, Map<String, String> env) {
    wasi = wasi(stdin, stdout, stderr, env);
  }

  /** After each run. */
  void close() {
    wasi = null;
    functions = null;
  }

  private WasiPreview1 current() {
    return Objects.requireNonNull(wasi);
  }

  private ImportFunction bind(String name) {
    int index = Objects.requireNonNull(INDEX.get(name));
    Direct direct = DIRECT.get(name);
    WasmFunctionHandle handle;
    if (direct != null) {
      handle = (instance, args) -> new long[] {direct.call(current(), instance.memory(), args)};
    } else if (name.equals("proc_exit")) {
      handle = this::exit;
    } else {
      handle = (instance, args) -> function(index).handle().apply(instance, args);
    }
    return new ImportFunction(MODULE, name, ALL[index].functionType(), handle);
  }

  private long[] exit(Instance instance, long... arguments) {
    current().procExit((int) arguments[0]);
    return new long[0];
  }

  private HostFunction function(int index) {
    HostFunction[] present = functions;
    if (present == null) {
      present = current().toHostFunctions();
      functions = present;
    }
    return present[index];
  }

  /** The library makes room for all that is asked for before it looks whether that is memory. */
  private static int read(WasiPreview1 wasi, Memory memory, long[] arguments) {
    int vectors = (int) arguments[1];
    int count = (int) arguments[2];
    long end = (long) memory.pages() * Memory.PAGE_SIZE;
    for (int i = 0; i < count; i++) {
      long base = Integer.toUnsignedLong(memory.readInt(vectors + 8 * i));
      long length = Integer.toUnsignedLong(memory.readInt(vectors + 8 * i + 4));
      if (base + length > end) {
        return EFAULT;
      }
    }
    return wasi.fdRead(memory, (int) arguments[0], vectors, count, (int) arguments[3]);
  }

  private static boolean isProvided(WasmModule module, Import wanted) {
    Integer index = INDEX.get(wanted.name());
    if (!wanted.module().equals(MODULE)
        || index == null
        || !(wanted instanceof FunctionImport function)) {
      return false;
    }
    FunctionType type = module.typeSection().getType(function.typeIndex());
    return ALL[index].functionType().equals(type);
  }

  private static WasiPreview1 wasi(
      byte[] stdin, OutputStream stdout, OutputStream stderr, Map<String, String> env) {
    WasiOptions.Builder options =
        WasiOptions.builder()
            .withStdin(new ByteArrayInputStream(stdin), false)
            .withStdout(stdout, false)
            .withStderr(stderr, false)
            .withArguments(List.of("function"))
            .withRandom(RANDOM)
            .withThrowOnExit0(true);
    env.forEach(options::withEnvironment);
    return WasiPreview1.builder().withLogger(SILENCE).withOptions(options.build()).build();
  }

  private static Map.Entry<String, Direct> direct(String name, Direct call) {
    return Map.entry(name, call);
  }

  private static Map<String, Integer> index() {
    Map<String, Integer> byName = new HashMap<>();
    for (int i = 0; i < ALL.length; i++) {
      byName.put(ALL[i].name(), i);
    }
    return Map.copyOf(byName);
  }

  /** The library would otherwise ask the platform's logging at each call. */
  private static final class Silence implements Logger {
    @Override
    public void log(Level level, String message, @Nullable Throwable error) {}

    @Override
    public boolean isLoggable(Level level) {
      return false;
    }
  }
}
