package edge.starling.verticles.index;

import static edge.starling.verticles.Sample.hello;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.IndexMessage.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredEntryTest {

  @Test
  void isReadAsItWasStored() {
    assertThat(StoredEntry.read(StoredEntry.of(hello(3), false)))
        .isEqualTo(new Entry(hello(3), false, List.of()));
    assertThat(StoredEntry.read(StoredEntry.of(hello(4), true)))
        .isEqualTo(new Entry(hello(4), true, List.of()));
  }
}
