package edge.starling.verticles.index;

import static edge.starling.verticles.Sample.B;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.partition.strategy.StringPartitioningStrategy;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.NodeId;
import org.junit.jupiter.api.Test;

class ProviderKeyTest {
  private final ProviderKey key = ProviderKey.of(B, FunctionName.parse("hello.team-1"));

  @Test
  void isReadAsItWasWritten() {
    assertThat(key.toString()).isEqualTo("b@hello.team-1");
    assertThat(ProviderKey.parse(key.toString())).isEqualTo(key);
  }

  @Test
  void isTheSameInEveryLifeOfTheNode() {
    assertThat(ProviderKey.of(new NodeId("b", 7), key.function())).isEqualTo(key);
  }

  @Test
  void liesWhereTheFunctionLies() {
    assertThat(StringPartitioningStrategy.getPartitionKey(key.toString()))
        .isEqualTo(key.function().toString());
  }
}
