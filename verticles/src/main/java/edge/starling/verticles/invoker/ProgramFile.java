package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Tells of a file whether it is a program for this machine, as far as that can be known without
 * running it: a script whose interpreter is here, or an ELF executable (System V ABI, chapter 4).
 */
final class ProgramFile {
  /** As much as Linux reads of a script's first line. */
  private static final int HEAD_BYTES = 256;

  private static final int ELF_MAGIC = 0x7f454c46;
  private static final int WORD_BITS_AT = 4;
  private static final int BYTE_ORDER_AT = 5;
  private static final int TYPE_AT = 16;
  private static final int MACHINE_AT = 18;

  /** The numbers that ELF has for what Java calls the machine. */
  private static final Map<String, Integer> MACHINES =
      Map.of(
          "amd64", 62, "x86_64", 62, "aarch64", 183, "x86", 3, "i386", 3, "arm", 40, "ppc64le", 21,
          "riscv64", 243, "s390x", 22);

  private ProgramFile() {}

  /**
   * Blocks.
   *
   * @throws Unfit saying why it is none
   */
  static void check(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    if (head.length >= 2 && head[0] == '#' && head[1] == '!') {
      checkScript(head);
    } else if (head.length >= Integer.BYTES && ByteBuffer.wrap(head).getInt() == ELF_MAGIC) {
      checkElf(head, System.getProperty("os.arch", ""));
    } else {
      throw new Unfit("the handler is neither an ELF executable nor a script that begins with #!");
    }
  }

  private static void checkScript(byte[] head) {
    String line = new String(head, 2, head.length - 2, StandardCharsets.UTF_8);
    int end = line.indexOf('\n');
    String[] words = (end < 0 ? line : line.substring(0, end)).strip().split("[ \t]+", 2);
    if (end > 0 && line.charAt(end - 1) == '\r') {
      throw new Unfit("the handler's first line ends with CRLF; a script's lines end with LF");
    }
    if (!words[0].startsWith("/") || !isProgram(words[0])) {
      throw new Unfit(
          "the handler's first line is #!"
              + words[0]
              + ", and this node has no such program; it takes the whole path of one");
    }
  }

  private static boolean isProgram(String path) {
    try {
      Path program = Path.of(path);
      return Files.isRegularFile(program) && Files.isExecutable(program);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * @param arch as Java calls this machine; of one that is not known here nothing is checked
   */
  static void checkElf(byte[] head, String arch) {
    Integer machine = MACHINES.get(arch);
    boolean is64 = head.length > WORD_BITS_AT && head[WORD_BITS_AT] == 2;
    if (head.length < (is64 ? 64 : 52)) {
      throw new Unfit("the handler is cut off: its ELF header is not whole");
    }
    ByteBuffer header =
        ByteBuffer.wrap(head)
            .order(head[BYTE_ORDER_AT] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int type = header.getShort(TYPE_AT);
    if (type != 2 && type != 3) {
      throw new Unfit("the handler is an ELF file, but no executable (its type is " + type + ")");
    }
    int its = header.getShort(MACHINE_AT);
    boolean wants64 = arch.contains("64") || arch.equals("s390x");
    if (machine != null && (its != machine || is64 != wants64)) {
      throw new Unfit(
          "the handler is for another machine (ELF machine %d, %d bits); this one is %s (%d)"
              .formatted(its, is64 ? 64 : 32, arch, machine));
    }
  }
}
