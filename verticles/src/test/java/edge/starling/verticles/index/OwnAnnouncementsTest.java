package edge.starling.verticles.index;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.description;
import static edge.starling.verticles.Sample.hello;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.IndexMessage.Announced;
import edge.starling.codecs.messages.IndexMessage.Announcements;
import edge.starling.codecs.messages.IndexMessage.ProviderWithdrawn;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnAnnouncementsTest {
  private final OwnAnnouncements own = new OwnAnnouncements(A);

  @Test
  void numbersEachChangeFromOne() {
    assertThat(own.all()).isEqualTo(new Announcements(A, 0, List.of()));
    assertThat(own.add(hello(1))).isEqualTo(new Announced(A, 1, hello(1)));
    assertThat(own.add(description("other", 1)).number()).isEqualTo(2);
    assertThat(own.remove(HELLO)).contains(new ProviderWithdrawn(A, 3, HELLO));
    assertThat(own.all()).isEqualTo(new Announcements(A, 3, List.of(description("other", 1))));
  }

  @Test
  void aNewVersionTakesThePlaceOfTheOneBefore() {
    own.add(hello(1));
    own.add(hello(2));

    assertThat(own.all()).isEqualTo(new Announcements(A, 2, List.of(hello(2))));
  }

  @Test
  void whatIsNotProvidedCannotBeWithdrawn() {
    assertThat(own.remove(HELLO)).isEmpty();
    assertThat(own.number()).isZero();
  }
}
