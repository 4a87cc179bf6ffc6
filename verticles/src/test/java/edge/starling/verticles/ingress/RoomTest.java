package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.LoadMessage.LoadReport;
import edge.starling.codecs.messages.LoadMessage.Loads;
import edge.starling.codecs.messages.LoadMessage.State;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoomTest {
  private static final NodeId BUSY = new NodeId("busy", 1);
  private static final NodeId CORDONED = new NodeId("cordoned", 1);
  private static final NodeId FREE = new NodeId("free", 1);
  private static final NodeId NEW = new NodeId("new", 1);
  private static final NodeId SILENT = new NodeId("silent", 1);

  private final Room room =
      new Room(
          new Members(
              Stream.of(BUSY, CORDONED, FREE, NEW, SILENT)
                  .map(node -> new Member(node, "http://x"))
                  .toList()),
          new Loads(
              List.of(
                  report(BUSY, State.OVERLOADED, 4, 3),
                  report(CORDONED, State.CORDONED, 0, 0),
                  report(FREE, State.NORMAL, 1, 0),
                  report(SILENT, State.NORMAL, 0, 0)),
              List.of(SILENT),
              List.of()));

  private static LoadReport report(NodeId node, State state, int running, int queued) {
    return new LoadReport(
        node,
        1,
        state,
        new Occupancy(running, queued, 4, 8, 512),
        Capacity.parse("slots:4"),
        List.of());
  }

  @Test
  void providersAreMadeWhereThereIsMostRoom() {
    assertThat(room.roomiestBut(List.of())).containsExactly(FREE, NEW, BUSY);
    assertThat(room.roomiestBut(List.of(FREE))).containsExactly(NEW, BUSY);
  }

  @Test
  void thoseRestThatTakeNoCallsAndThenThoseWithLeastRoom() {
    assertThat(room.fullestOf(List.of(FREE, NEW, BUSY, CORDONED, SILENT)))
        .startsWith(SILENT, CORDONED)
        .endsWith(BUSY, NEW, FREE);
  }
}
