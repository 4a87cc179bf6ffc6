package edge.starling.codecs.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressesTest {

  @Test
  void givesEveryAddressANameOfItsOwn() throws IllegalAccessException {
    List<String> names = new ArrayList<>();
    for (Field field : Addresses.class.getFields()) {
      Object value = field.get(null);
      if (value instanceof Address<?, ?> address) {
        names.add(address.name());
        assertThat(address.patience()).as(address.name()).isPositive();
      } else if (value instanceof Notice<?> notice) {
        names.add(notice.name());
      }
    }
    assertThat(names)
        .hasSizeGreaterThan(30)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[a-z]+\\.[a-z-]+"));
  }

  @Test
  void namesTheNodeThatServes() {
    NodeId node = new NodeId("node-7", 2);
    assertThat(Addresses.INVOKE.at(node)).isEqualTo("invoker.invoke@node-7.2");
    assertThat(Addresses.CANCEL.at(node)).isEqualTo("routing.cancel@node-7.2");
  }
}
