package edge.starling.verticles.ledger;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.PeerJoined;
import edge.starling.codecs.messages.LedgerMessage.AskLines;
import edge.starling.codecs.messages.LedgerMessage.Change;
import edge.starling.codecs.messages.LedgerMessage.EraseLine;
import edge.starling.codecs.messages.LedgerMessage.LedgerChanged;
import edge.starling.codecs.messages.LedgerMessage.Line;
import edge.starling.codecs.messages.LedgerMessage.LineChanged;
import edge.starling.codecs.messages.LedgerMessage.Lines;
import edge.starling.codecs.messages.LedgerMessage.LinesTaken;
import edge.starling.codecs.messages.LedgerMessage.SpreadLines;
import edge.starling.codecs.messages.LedgerMessage.WriteLine;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Namespaces and secrets, the same on every node: whoever changes a line tells all members, who
 * keep it on their disks. What one of them missed it gets when it joins, or from the regular
 * exchange.
 */
public final class LedgerVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerVerticle.class);
  private static final int MOST_LINES = 10_000;
  private static final int MOST_BYTES_AT_ONCE = 256 * 1024;

  /** Every message that is lost is made up for within about this time. */
  private static final Duration EXCHANGE = Duration.ofSeconds(30);

  private final NodeId self;
  private final Ledger ledger;
  private final LedgerFile file;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private Future<?> saved = Future.succeededFuture();
  private @Nullable Bus bus;

  /**
   * @param data the node's folder
   * @param keepErased how long it is remembered that a line was erased
   */
  public LedgerVerticle(NodeId self, Path data, Duration keepErased) {
    this.self = self;
    this.ledger = new Ledger(self, Clock.systemUTC(), keepErased, MOST_LINES);
    this.file = new LedgerFile(data.toAbsolutePath());
  }

  @Override
  public Future<?> start() {
    return Bus.open(vertx, self)
        .compose(
            opened -> {
              bus = opened;
              return vertx.executeBlocking(file::load, false);
            })
        .compose(
            known -> {
              known.forEach(ledger::merge);
              vertx.setPeriodic(EXCHANGE.toMillis(), timer -> exchange());
              return Future.all(
                  List.of(
                      bus().serve(Addresses.WRITE_LINE, this::write),
                      bus().serve(Addresses.ERASE_LINE, this::erase),
                      bus().serve(Addresses.LINES, this::lines),
                      bus().serve(Addresses.SPREAD_LINES, this::take),
                      bus().on(Addresses.PEER_JOINED, this::joined)));
            })
        .onSuccess(served -> others().onSuccess(nodes -> nodes.forEach(this::exchangeWith)));
  }

  private Future<LineChanged> write(WriteLine request) {
    return changed(
        ledger.write(request.kind(), request.name(), request.content(), request.provided()));
  }

  private Future<LineChanged> erase(EraseLine request) {
    return changed(ledger.erase(request.kind(), request.name()));
  }

  private Future<LineChanged> changed(Ledger.Written written) {
    Line line = written.line();
    if (line == null) {
      return Future.succeededFuture(new LineChanged(written.change()));
    }
    bus().tellHere(Addresses.LEDGER_CHANGED, new LedgerChanged(line.kind()));
    return save().compose(kept -> tellAll(line)).map(told -> new LineChanged(Change.DONE));
  }

  private Future<Lines> lines(AskLines request) {
    return Future.succeededFuture(new Lines(ledger.standing(request.kind())));
  }

  private Future<LinesTaken> take(SpreadLines told) {
    NodeId back = told.back();
    if (back != null) {
      spreadAll(back);
    }
    List<Line> fresh = told.lines().stream().filter(ledger::merge).toList();
    if (fresh.isEmpty()) {
      return Future.succeededFuture(new LinesTaken());
    }
    fresh.stream()
        .map(Line::kind)
        .distinct()
        .forEach(kind -> bus().tellHere(Addresses.LEDGER_CHANGED, new LedgerChanged(kind)));
    return save().map(new LinesTaken());
  }

  /** One after the other, each with all that is known by then. */
  private Future<?> save() {
    saved =
        saved.transform(
            before -> {
              List<Line> all = ledger.all();
              return vertx.executeBlocking(
                  () -> {
                    file.save(all);
                    return self;
                  },
                  false);
            });
    return saved.onFailure(error -> LOG.error("the ledger cannot be written", error));
  }

  /** Whoever does not answer gets it by the regular exchange. */
  private Future<?> tellAll(Line line) {
    return others()
        .compose(
            nodes ->
                Future.join(
                    nodes.stream()
                        .map(node -> spread(node, new SpreadLines(List.of(line), null)))
                        .toList()))
        .transform(told -> Future.succeededFuture());
  }

  private void joined(PeerJoined notice) {
    if (!notice.member().node().equals(self)) {
      spreadAll(notice.member().node());
    }
  }

  private void exchange() {
    others()
        .onSuccess(
            nodes -> {
              if (!nodes.isEmpty()) {
                exchangeWith(nodes.get(random.nextInt(nodes.size())));
              }
            });
  }

  private void exchangeWith(NodeId node) {
    spread(node, new SpreadLines(List.of(), self));
    spreadAll(node);
  }

  private void spreadAll(NodeId node) {
    List<Line> batch = new ArrayList<>();
    int bytes = 0;
    for (Line line : ledger.all()) {
      if (bytes > 0 && bytes + line.content().length() > MOST_BYTES_AT_ONCE) {
        spread(node, new SpreadLines(batch, null));
        batch.clear();
        bytes = 0;
      }
      batch.add(line);
      bytes += line.content().length();
    }
    if (!batch.isEmpty()) {
      spread(node, new SpreadLines(batch, null));
    }
  }

  private Future<LinesTaken> spread(NodeId node, SpreadLines lines) {
    return bus()
        .request(Addresses.SPREAD_LINES, node, lines)
        .onFailure(error -> LOG.debug("{} was not told of {} lines", node, lines.lines().size()));
  }

  private Future<List<NodeId>> others() {
    return bus()
        .request(Addresses.LIST_MEMBERS, new ListMembers())
        .map(
            members ->
                members.members().stream()
                    .map(Member::node)
                    .filter(node -> !node.equals(self))
                    .toList());
  }

  private Bus bus() {
    return Objects.requireNonNull(bus, "not started");
  }
}
