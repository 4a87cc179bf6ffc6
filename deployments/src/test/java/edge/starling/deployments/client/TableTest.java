package edge.starling.deployments.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void linesUpItsColumns() {
    Table table = new Table("NAME", "N", "LAST");
    table.add("a", "1000", "x");
    table.add("longer", "1", "");

    assertThat(table.toString())
        .isEqualTo(
            """
            NAME    N     LAST
            a       1000  x
            longer  1
            """);
  }

  @Test
  void countsCharactersAsTheyAreSeen() {
    Table table = new Table("A", "B");
    table.add("\uD83D\uDC26", "1");
    table.add("ab", "2");

    assertThat(table.toString()).isEqualTo("A   B\n\uD83D\uDC26   1\nab  2\n");
  }

  @Test
  void withoutRowsItIsItsHeadings() {
    assertThat(new Table("NAME", "URL").toString()).isEqualTo("NAME  URL\n");
  }

  @Test
  void refusesARowOfAnotherLength() {
    assertThatThrownBy(() -> new Table("A").add("1", "2"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
