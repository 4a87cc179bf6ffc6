package edge.starling.deployments;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/** How large a PNG image says it is, once all its chunks are found whole (PNG, 5.3). */
record PngSize(int width, int height) {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int HEADER = chunkType("IHDR");
  private static final int END = chunkType("IEND");

  /**
   * @throws IllegalArgumentException if these are not the bytes of a whole PNG image
   */
  static PngSize of(byte[] image) {
    if (image.length < 33 || !Arrays.equals(image, 0, 8, SIGNATURE, 0, 8)) {
      throw new IllegalArgumentException("not a PNG image");
    }
    ByteBuffer in = ByteBuffer.wrap(image, 8, image.length - 8);
    int type = nextChunk(in);
    if (type != HEADER) {
      throw new IllegalArgumentException("a PNG image without a header");
    }
    while (type != END) {
      type = nextChunk(in);
    }
    return new PngSize(in.getInt(16), in.getInt(20));
  }

  /** Steps over a chunk: its length, type, data and checksum. */
  private static int nextChunk(ByteBuffer in) {
    if (in.remaining() < 12) {
      throw new IllegalArgumentException("a PNG image that is cut short");
    }
    int length = in.getInt();
    if (length < 0 || length > in.remaining() - 8) {
      throw new IllegalArgumentException("a PNG image that is cut short");
    }
    CRC32 sum = new CRC32();
    sum.update(in.slice().limit(4 + length));
    int type = in.getInt();
    in.position(in.position() + length);
    if (in.getInt() != (int) sum.getValue()) {
      throw new IllegalArgumentException("a PNG image with a damaged chunk");
    }
    return type;
  }

  private static int chunkType(String name) {
    return (name.charAt(0) << 24) | (name.charAt(1) << 16) | (name.charAt(2) << 8) | name.charAt(3);
  }
}
