package edge.starling.verticles.index;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the catalogue learn what becomes of the functions map. Called by Hazelcast's threads. */
final class CatalogueListener
    implements EntryAddedListener<String, byte[]>,
        EntryUpdatedListener<String, byte[]>,
        EntryMergedListener<String, byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogueListener.class);

  private final Catalogue catalogue;

  CatalogueListener(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public void entryAdded(EntryEvent<String, byte[]> event) {
    learn(event);
  }

  @Override
  public void entryUpdated(EntryEvent<String, byte[]> event) {
    learn(event);
  }

  @Override
  public void entryMerged(EntryEvent<String, byte[]> event) {
    learn(event);
  }

  private void learn(EntryEvent<String, byte[]> event) {
    try {
      catalogue.learn(StoredEntry.read(event.getValue()));
    } catch (UncheckedIOException fromLaterRelease) {
      LOG.warn("this release cannot read what the index holds of {}", event.getKey());
    }
  }
}
