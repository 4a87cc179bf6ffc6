package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.IntStream;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.MemoryLimits;

/**
 * A WebAssembly module that was read, found to be a WASI preview 1 command that can be kept within
 * its limits, and compiled to JVM code. Immutable and free for all threads.
 *
 * <p>Modules with several memories, garbage-collected types or huge tables are turned away, as
 * these would be memory beyond the function's limit.
 */
record CompiledModule(WasmModule module, Function<Instance, Machine> machines) {
  static final int MOST_TABLE_ENTRIES = 1_000_000;
  private static final int HEAP_TO_MODULE = 80;
  private static final MemoryLimits NO_MEMORY = new MemoryLimits(0, 0);
  private static final FunctionType COMMAND = FunctionType.empty();

  /**
   * Takes up to seconds of processor time.
   *
   * @throws Unfit says why it cannot run here
   */
  static CompiledModule load(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return of(bytes);
  }

  /** The same for a module that is at hand. */
  static CompiledModule of(byte[] bytes) {
    checkSize(bytes.length, Runtime.getRuntime().maxMemory());
    WasmModule module = parse(bytes);
    try {
      return new CompiledModule(
          module,
          MachineFactoryCompiler.builder(module)
              .withInterpreterFallback(InterpreterFallback.SILENT)
              .compile());
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new Unfit("the module cannot be compiled: " + e);
    }
  }

  /** A parsed module takes some 25 times its size, and the same again while it is compiled. */
  static void checkSize(long bytes, long heapBytes) {
    long most = heapBytes / HEAP_TO_MODULE;
    if (bytes > most) {
      throw new Unfit(
          "the module has " + bytes + " bytes; on this node's heap it may have " + most);
    }
  }

  /** The module's own; none where it has no memory. */
  MemoryLimits memoryLimits() {
    return module
        .memorySection()
        .filter(section -> section.memoryCount() > 0)
        .map(section -> section.getMemory(0).limits())
        .orElse(NO_MEMORY);
  }

  private static WasmModule parse(byte[] bytes) {
    try {
      WasmModule module = Parser.parse(bytes);
      check(module);
      return module;
    } catch (Unfit e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new Unfit("it is not a valid WebAssembly module: " + e.getMessage());
    }
  }

  private static void check(WasmModule module) {
    require(isCommand(module), "it exports no function _start() and so is not a WASI command");
    WasiImports.check(module);
    var types = module.typeSection();
    require(
        IntStream.range(0, types.subTypeCount())
            .allMatch(i -> types.getSubType(i).compType().funcType() != null),
        "it uses garbage-collected types, which its memory limit would not cover");
    int memories = module.memorySection().map(section -> section.memoryCount()).orElse(0);
    require(memories <= 1, "it has " + memories + " memories, and may have one");
    var tables = module.tableSection();
    long entries =
        IntStream.range(0, tables.tableCount())
            .mapToLong(i -> tables.getTable(i).limits().min())
            .sum();
    require(
        entries <= MOST_TABLE_ENTRIES,
        "its tables have " + entries + " entries, and may have " + MOST_TABLE_ENTRIES);
    if (memories > 0) {
      int pages = module.memorySection().get().getMemory(0).limits().initialPages();
      require(
          pages <= Memory.RUNTIME_MAX_PAGES,
          "it starts with " + pages + " pages of memory, more than can be had");
    }
  }

  private static boolean isCommand(WasmModule module) {
    var exports = module.exportSection();
    for (int i = 0; i < exports.exportCount(); i++) {
      Export export = exports.getExport(i);
      if (export.name().equals(Instance.START_FUNCTION_NAME)
          && export.exportType() == ExternalType.FUNCTION) {
        return COMMAND.equals(typeOf(module, export.index()));
      }
    }
    return false;
  }

  private static FunctionType typeOf(WasmModule module, int function) {
    int imported = module.importSection().count(ExternalType.FUNCTION);
    int type =
        function >= imported
            ? module.functionSection().getFunctionType(function - imported)
            : module.importSection().stream()
                .filter(FunctionImport.class::isInstance)
                .map(FunctionImport.class::cast)
                .skip(function)
                .findFirst()
                .orElseThrow()
                .typeIndex();
    return module.typeSection().getType(type);
  }

  private static void require(boolean fit, String problem) {
    if (!fit) {
      throw new Unfit(problem);
    }
  }
}
