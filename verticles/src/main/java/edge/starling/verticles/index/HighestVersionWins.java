package edge.starling.verticles.index;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;

/** After a split, keeps the higher version of each function; a deletion is a version too. */
public final class HighestVersionWins
    implements SplitBrainMergePolicy<byte[], MergingValue<byte[]>, byte[]> {

  @Override
  public byte[] merge(MergingValue<byte[]> merging, MergingValue<byte[]> existing) {
    if (existing == null) {
      return merging.getDeserializedValue();
    }
    byte[] ours = existing.getDeserializedValue();
    byte[] theirs = merging.getDeserializedValue();
    return Precedence.HIGHEST.stands(StoredEntry.read(ours), StoredEntry.read(theirs), null)
        ? theirs
        : ours;
  }

  @Override
  public void writeData(ObjectDataOutput out) {}

  @Override
  public void readData(ObjectDataInput in) {}
}
