package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.Description.Form;
import java.util.Arrays;
import java.util.Locale;

/** Tells what a handler is. */
final class HandlerForm {
  /** As many of the file's first bytes as are looked at. */
  static final int HEAD_BYTES = 4;

  private static final byte[] WASM_MAGIC = {0, 'a', 's', 'm'};

  private HandlerForm() {}

  /**
   * @param head the file's first bytes
   */
  static Form of(String fileName, byte[] head) {
    if (head.length >= HEAD_BYTES
        && Arrays.equals(head, 0, HEAD_BYTES, WASM_MAGIC, 0, HEAD_BYTES)) {
      return Form.WASM;
    }
    return fileName.toLowerCase(Locale.ROOT).endsWith(".py") ? Form.PYTHON : Form.EXECUTABLE;
  }
}
