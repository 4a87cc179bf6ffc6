package edge.starling.verticles.load;

import static edge.starling.verticles.Sample.A;
import static edge.starling.verticles.Sample.B;
import static edge.starling.verticles.Sample.HELLO;
import static edge.starling.verticles.Sample.IDLE;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Capacity.Kind;
import edge.starling.codecs.messages.LoadMessage.FunctionLoad;
import edge.starling.codecs.messages.LoadMessage.Inflow;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.verticles.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewsTest {
  private static final Capacity TWENTY = new Capacity(Kind.RATE, 20);

  private final News news = new News(0.1);

  @Test
  void theFirstReportIsNewsAndTheSameAgainIsNot() {
    assertThat(news.isIn(report(load(0, 0)))).isTrue();

    news.told(report(load(0, 0)));

    assertThat(news.isIn(report(load(0, 0)))).isFalse();
  }

  @Test
  void slackIsNewsOnceItHasChangedByTheShareOfTheCapacity() {
    news.told(report(load(5, 5)));

    assertThat(news.isIn(report(load(6.9, 5)))).isFalse();
    assertThat(news.isIn(report(load(7, 5)))).isTrue();
    assertThat(news.isIn(report(load(5, 3)))).isTrue();

    news.setShare(0.5);

    assertThat(news.isIn(report(load(7, 5)))).isFalse();
  }

  @Test
  void aFunctionThatIsNotNamedIsIdle() {
    news.told(report());

    assertThat(news.isIn(report(load(1, 0)))).isFalse();
    assertThat(news.isIn(report(load(2, 0)))).isTrue();

    news.told(report(load(0, 10)));

    assertThat(news.isIn(report())).isTrue();
  }

  @Test
  void anotherStateOfTheNodeOrOfAFunctionIsNews() {
    news.told(report(load(20, 0)));

    assertThat(news.isIn(report(overloaded(20.5)))).isTrue();
    assertThat(
            news.isIn(
                new LoadReport(A, 1, State.CORDONED, IDLE, Sample.SLOTS, List.of(load(20, 0)))))
        .isTrue();
  }

  @Test
  void freeSlotsAreNewsByTheShareOfAllSlots() {
    news.told(busy(4));

    assertThat(news.isIn(busy(5))).isFalse();
    assertThat(news.isIn(busy(6))).isTrue();
  }

  private static LoadReport busy(int running) {
    return new LoadReport(
        A, 1, State.NORMAL, new Occupancy(running, 0, 16, 64, 0), Sample.SLOTS, List.of());
  }

  private static LoadReport report(FunctionLoad... loads) {
    return new LoadReport(A, 1, State.NORMAL, IDLE, Sample.SLOTS, List.of(loads));
  }

  private static FunctionLoad load(double local, double forwarded) {
    return new FunctionLoad(
        HELLO, TWENTY, local, List.of(new Inflow(B, forwarded)), false, 0, 0, null);
  }

  private static FunctionLoad overloaded(double local) {
    return new FunctionLoad(HELLO, TWENTY, local, List.of(), true, 0, 0, null);
  }
}
