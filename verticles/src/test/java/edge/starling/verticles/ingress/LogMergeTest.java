package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.InvokerMessage.LogLine;
import edge.starling.codecs.messages.InvokerMessage.LogLines;
import edge.starling.codecs.messages.InvokerMessage.ReadLog;
import edge.starling.codecs.messages.NodeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogMergeTest {
  private static final NodeId ONE = new NodeId("one", 1);
  private static final NodeId TWO = new NodeId("two", 1);

  private static LogLines page(int left, long next, long missed, int... times) {
    List<LogLine> lines = new ArrayList<>();
    for (int time : times) {
      lines.add(new LogLine(Instant.ofEpochMilli(time), "t" + time));
    }
    return new LogLines(true, lines, left, next, missed);
  }

  private static List<String> wanted(LogMerge merge) {
    List<String> texts = new ArrayList<>();
    while (merge.lacking() == null) {
      LogMerge.Line line = merge.poll();
      if (line == null) {
        break;
      }
      if (line.wanted()) {
        texts.add(line.node().name() + " " + line.line().text());
      }
    }
    return texts;
  }

  @Test
  void ordersByTimeAndAsksForWhatIsLacking() {
    LogMerge merge = new LogMerge(ReadLog.ALL);
    merge.begin(ONE, page(1, 3, 0, 10, 30));
    merge.begin(TWO, page(0, 2, 0, 20));

    assertThat(wanted(merge)).containsExactly("one t10", "two t20", "one t30");
    assertThat(merge.lacking()).isEqualTo(ONE);
    assertThat(merge.next(ONE)).isEqualTo(3);
    merge.add(ONE, page(0, 4, 0, 40));
    assertThat(wanted(merge)).containsExactly("one t40");
    assertThat(merge.lacking()).isNull();
    assertThat(merge.poll()).isNull();
  }

  @Test
  void theTailIsThatOfAllNodes() {
    LogMerge merge = new LogMerge(2);
    merge.begin(ONE, page(0, 3, 0, 10, 30));
    merge.begin(TWO, page(0, 3, 0, 20, 40));

    assertThat(wanted(merge)).containsExactly("one t30", "two t40");
  }

  @Test
  void whatCameLaterIsLeftForThoseWhoFollow() {
    LogMerge merge = new LogMerge(ReadLog.ALL);
    merge.begin(ONE, page(2, 2, 0, 10));
    assertThat(wanted(merge)).containsExactly("one t10");
    merge.add(ONE, page(0, 6, 1, 30, 40, 50));

    assertThat(wanted(merge)).containsExactly("one t30");
    assertThat(merge.lacking()).isNull();
    assertThat(merge.next(ONE)).isEqualTo(4);
  }

  @Test
  void aNodeThatIsLostEndsOnlyItsOwnPart() {
    LogMerge merge = new LogMerge(2);
    merge.begin(ONE, page(5, 2, 0, 10));
    merge.begin(TWO, page(0, 4, 0, 20, 30, 40));
    assertThat(wanted(merge)).isEmpty();
    merge.lost(ONE);

    assertThat(wanted(merge)).containsExactly("two t30", "two t40");
  }

  /** Against sorting all at once. */
  @Test
  void pagesMakeNoDifference() {
    Random chance = new Random(3);
    for (int round = 0; round < 300; round++) {
      Map<NodeId, List<LogLine>> all = new HashMap<>();
      List<LogLine> together = new ArrayList<>();
      for (int node = 0; node < 1 + chance.nextInt(4); node++) {
        List<LogLine> lines = new ArrayList<>();
        long time = 0;
        for (int i = chance.nextInt(12); i > 0; i--) {
          time += 1 + chance.nextInt(9) * 7L + node; // hardly ever the same on two nodes
          lines.add(new LogLine(Instant.ofEpochMilli(time), node + "-" + i));
        }
        all.put(new NodeId("n" + node, 1), lines);
        together.addAll(lines);
      }
      together.sort(Comparator.comparing(LogLine::at));
      int tail = chance.nextInt(14) - 1;
      LogMerge merge = new LogMerge(tail);
      all.forEach((node, lines) -> merge.begin(node, part(lines, tail, 0, 3)));
      List<Instant> times = new ArrayList<>();
      while (true) {
        NodeId lacking = merge.lacking();
        if (lacking != null) {
          merge.add(lacking, part(all.get(lacking), ReadLog.ALL, (int) merge.next(lacking), 2));
          continue;
        }
        LogMerge.Line line = merge.poll();
        if (line == null) {
          break;
        }
        if (line.wanted()) {
          times.add(line.line().at());
        }
      }
      int from = tail == ReadLog.ALL ? 0 : Math.max(0, together.size() - tail);
      assertThat(times)
          .containsExactlyElementsOf(
              together.subList(from, together.size()).stream().map(LogLine::at).toList());
    }
  }

  private static LogLines part(List<LogLine> all, int tail, int from, int most) {
    int first = tail == ReadLog.ALL ? from : Math.max(from, all.size() - tail);
    int end = Math.min(all.size(), first + most);
    return new LogLines(true, all.subList(first, end), all.size() - end, end, 0);
  }
}
