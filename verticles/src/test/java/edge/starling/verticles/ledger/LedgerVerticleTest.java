package edge.starling.verticles.ledger;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Address;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.LedgerMessage.AskLines;
import edge.starling.codecs.messages.LedgerMessage.Change;
import edge.starling.codecs.messages.LedgerMessage.EraseLine;
import edge.starling.codecs.messages.LedgerMessage.Kind;
import edge.starling.codecs.messages.LedgerMessage.Line;
import edge.starling.codecs.messages.LedgerMessage.Provided;
import edge.starling.codecs.messages.LedgerMessage.WriteLine;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerVerticleTest {
  private static final NodeId ONE = new NodeId("one", 1);
  private static final NodeId TWO = new NodeId("two", 1);
  private static final Duration WEEK = Duration.ofDays(7);

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<NodeId> members = new CopyOnWriteArrayList<>();
  private final Map<NodeId, Bus> buses = new HashMap<>();

  @BeforeEach
  void install() {
    Bus.install(vertx, new CborCodec());
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, SECONDS);
  }

  private String start(NodeId node) throws Exception {
    if (!buses.containsKey(node)) {
      Promise<Bus> opened = Promise.promise();
      vertx.getOrCreateContext().runOnContext(go -> serveMembers(node).onComplete(opened));
      buses.put(node, opened.future().await(20, SECONDS));
    }
    members.add(node);
    return vertx
        .deployVerticle(new LedgerVerticle(node, folder.resolve(node.name()), WEEK))
        .await(20, SECONDS);
  }

  private Future<Bus> serveMembers(NodeId node) {
    return Bus.open(vertx, node)
        .compose(
            bus ->
                bus.serve(
                        Addresses.LIST_MEMBERS,
                        ask ->
                            Future.succeededFuture(
                                new Members(
                                    members.stream()
                                        .map(one -> new Member(one, "http://x"))
                                        .toList())))
                    .map(bus));
  }

  private <Q extends BusMessage, R extends BusMessage> R ask(
      NodeId node, Address<Q, R> address, Q message) throws Exception {
    Promise<R> answer = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(go -> buses.get(node).request(address, message).onComplete(answer));
    return answer.future().await(20, SECONDS);
  }

  private Change write(NodeId node, String name, String content) throws Exception {
    return ask(
            node,
            Addresses.WRITE_LINE,
            new WriteLine(Kind.SECRET, name, Bytes.utf8(content), Provided.ANYHOW))
        .change();
  }

  private List<String> contents(NodeId node) throws Exception {
    return ask(node, Addresses.LINES, new AskLines(Kind.SECRET)).lines().stream()
        .map(Line::content)
        .map(Bytes::utf8)
        .toList();
  }

  @Test
  void whatIsWrittenOnOneNodeStandsOnAllWhenItIsAnswered() throws Exception {
    start(ONE);
    start(TWO);

    assertThat(write(ONE, "a", "1")).isEqualTo(Change.DONE);
    assertThat(contents(TWO)).containsExactly("1");
    assertThat(write(TWO, "a", "2")).isEqualTo(Change.DONE);
    assertThat(contents(ONE)).containsExactly("2");
    assertThat(ask(ONE, Addresses.ERASE_LINE, new EraseLine(Kind.SECRET, "a")).change())
        .isEqualTo(Change.DONE);
    assertThat(contents(TWO)).isEmpty();
  }

  @Test
  void whoComesLaterLearnsWhatStandsAndWhoComesBackRemembers() throws Exception {
    String deployment = start(ONE);
    write(ONE, "a", "1");

    start(TWO);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(contents(TWO)).containsExactly("1"));

    members.remove(ONE);
    vertx.undeploy(deployment).await(20, SECONDS);
    write(TWO, "b", "2");
    start(ONE);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(contents(ONE)).containsExactly("1", "2"));
  }
}
