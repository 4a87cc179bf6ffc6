package edge.starling.verticles.manycall;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the items of a document that was checked, some at a time, so that only few are in memory.
 * Every method blocks; for one thread at a time.
 */
final class ItemsFile implements Closeable {
  private static final int MOST_ITEMS = 256;
  private static final long ENOUGH_BYTES = 1 << 20;

  private final FileChannel raw;
  private final JsonParser json;
  private int index;
  private boolean ended;

  ItemsFile(Path document) throws IOException {
    raw = FileChannel.open(document);
    try {
      json = ManycallDocument.atItems(new BufferedInputStream(Files.newInputStream(document)));
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** The next items: at least one, and no further ones once they are large; none at the end. */
  List<Item> next() throws IOException {
    List<Item> items = new ArrayList<>();
    long bytes = 0;
    while (!ended && items.size() < MOST_ITEMS && bytes < ENOUGH_BYTES) {
      if (json.nextToken() == JsonToken.END_ARRAY) {
        ended = true;
        break;
      }
      Item item = item();
      bytes += item.request().body().length();
      items.add(item);
    }
    return items;
  }

  private Item item() throws IOException {
    int at = index++;
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return Item.ofText(at, json.getText());
    }
    long start = json.currentTokenLocation().getByteOffset();
    json.skipChildren();
    json.finishToken();
    long end = json.currentLocation().getByteOffset();
    return Item.ofJson(at, cut(start, (int) (end - start)));
  }

  private byte[] cut(long start, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (raw.read(bytes, start + bytes.position()) < 0) {
        throw new EOFException("the document of a manycall has shrunk");
      }
    }
    return bytes.array();
  }

  @Override
  public void close() throws IOException {
    try (raw) {
      json.close();
    }
  }
}
