package edge.starling.verticles.index;

import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.IndexMessage.Entry;
import java.util.List;

/** How an entry lies in the cluster map: as CBOR, so that neighbouring releases can read it. */
final class StoredEntry {
  private static final CborCodec CODEC = new CborCodec();

  private StoredEntry() {}

  static byte[] of(Description description, boolean deleted) {
    return CODEC.encode(new Entry(description, deleted, List.of()));
  }

  static Entry read(byte[] stored) {
    return CODEC.decode(stored, Entry.class);
  }
}
