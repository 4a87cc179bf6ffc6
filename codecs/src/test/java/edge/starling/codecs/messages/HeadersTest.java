package edge.starling.codecs.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadersTest {

  @Test
  void findsTheFirstOfANameInAnyCase() {
    Headers headers = Headers.of("Accept", "text/html", "X-A", "1", "x-a", "2");
    assertThat(headers.first("ACCEPT")).contains("text/html");
    assertThat(headers.first("x-A")).contains("1");
    assertThat(headers.first("text/html")).isEmpty();
    assertThat(Headers.NONE.first("Accept")).isEmpty();
  }

  @Test
  void keepsOrderAndRepetition() {
    Headers headers = Headers.of("Set-Cookie", "a=1").with("Vary", "*").with("Set-Cookie", "b=2");
    List<String> fields = new ArrayList<>();
    headers.forEach((name, value) -> fields.add(name + ": " + value));
    assertThat(fields).containsExactly("Set-Cookie: a=1", "Vary: *", "Set-Cookie: b=2");
  }

  @Test
  void doesNotChange() {
    List<String> fields = new ArrayList<>(List.of("a", "1"));
    Headers headers = new Headers(fields);
    Headers more = headers.with("b", "2");
    fields.clear();
    assertThat(headers).isEqualTo(Headers.of("a", "1"));
    assertThat(more).isEqualTo(Headers.of("a", "1", "b", "2"));
  }

  @Test
  void refusesANameWithoutItsValue() {
    assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("a", "1", "b"));
  }
}
