package edge.starling.verticles.index;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage;
import edge.starling.codecs.messages.IndexMessage.Announce;
import edge.starling.codecs.messages.IndexMessage.Announcements;
import edge.starling.codecs.messages.IndexMessage.AskAnnouncements;
import edge.starling.codecs.messages.IndexMessage.Delete;
import edge.starling.codecs.messages.IndexMessage.Deleted;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Found;
import edge.starling.codecs.messages.IndexMessage.FunctionPage;
import edge.starling.codecs.messages.IndexMessage.Leave;
import edge.starling.codecs.messages.IndexMessage.Left;
import edge.starling.codecs.messages.IndexMessage.ListFunctions;
import edge.starling.codecs.messages.IndexMessage.ListMembers;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.IndexMessage.PeerJoined;
import edge.starling.codecs.messages.IndexMessage.PeerLost;
import edge.starling.codecs.messages.IndexMessage.Publish;
import edge.starling.codecs.messages.IndexMessage.Standing;
import edge.starling.codecs.messages.IndexMessage.Verdict;
import edge.starling.codecs.messages.IndexMessage.Withdraw;
import edge.starling.codecs.messages.IndexMessage.Withdrawn;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Notice;
import edge.starling.config.IndexConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is a member and who provides which function. The only verticle that touches the cluster maps,
 * and that off its event loop; what changes it tells to all. What it has seen it keeps on the disk,
 * and puts it into the maps again when they have lost it.
 */
public final class IndexVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(IndexVerticle.class);

  /** So many threads at most wait for maps that do not answer; everything else has others. */
  private static final int THREADS = 8;

  /** Of those who publish or announce; later than that their request is void. */
  private static final Duration PATIENCE = Addresses.PUBLISH.patience();

  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private static final int MOST_ENTRIES = 100_000;

  /** Events get lost, so the catalogue and the map are compared now and then. */
  private static final Duration RECONCILIATION = Duration.ofMinutes(1);

  private static final Duration RETRY = Duration.ofSeconds(5);

  /** Changes that come together are written together. */
  private static final Duration GATHERING = Duration.ofMillis(200);

  private final NodeId self;
  private final Membership membership;
  private final Catalogue catalogue;
  private final CatalogueFile file;
  private final IndexStore store;
  private final OwnAnnouncements own;
  private final Set<Future<?>> underWay = new HashSet<>();
  private final OneAtATime reconciling = new OneAtATime(this::reconcile);
  private @Nullable Bus bus;
  private @Nullable WorkerExecutor workers;
  private @Nullable UUID listener;
  private boolean unsaid;
  private boolean saving;

  /**
   * @param data the node's folder
   */
  public IndexVerticle(NodeId self, HazelcastInstance hazelcast, Path data, IndexConfig config) {
    this.self = self;
    this.membership = new Membership(hazelcast);
    this.catalogue =
        new Catalogue(Clock.systemUTC(), config.keepDeleted(), MOST_ENTRIES, this::learnt);
    this.file = new CatalogueFile(data, catalogue);
    this.store = new IndexStore(hazelcast, membership, catalogue);
    this.own = new OwnAnnouncements(self);
  }

  /** Writes the index's maps and the node's identity into a member's configuration. */
  public static void configure(Config config, NodeId self, String httpUrl) {
    IndexStore.configure(config);
    Membership.configure(config, self, httpUrl);
  }

  /** Another live member with the name of this one: two nodes must not share it. */
  public static Optional<IndexMessage.Member> namesake(HazelcastInstance hazelcast, NodeId self) {
    return new Membership(hazelcast).namesake(self);
  }

  @Override
  public Future<?> start() {
    workers = vertx.createSharedWorkerExecutor("index", THREADS);
    return Bus.open(vertx, self)
        .compose(this::remember)
        .compose(
            opened -> {
              membership.listen(
                  task -> context.runOnContext(onLoop -> task.run()),
                  this::joined,
                  this::lost,
                  this::reassert);
              return Future.all(
                  List.of(
                      opened.serve(Addresses.PUBLISH, this::publish),
                      opened.serve(Addresses.ANNOUNCE, this::announce),
                      opened.serve(Addresses.WITHDRAW, this::withdraw),
                      opened.serve(Addresses.DELETE, this::delete),
                      opened.serve(Addresses.LEAVE, this::leave),
                      opened.serve(Addresses.LOOKUP, this::lookup),
                      opened.serve(Addresses.LIST_FUNCTIONS, this::list),
                      opened.serve(Addresses.LIST_MEMBERS, this::members),
                      opened.serve(Addresses.ANNOUNCEMENTS, this::announcements)));
            })
        .onSuccess(
            served -> {
              vertx.setPeriodic(RECONCILIATION.toMillis(), timer -> reconciling.ask());
              reconciling.ask();
            });
  }

  /** Before anybody asks: what this node knew in its last life, and what it hears from now on. */
  private Future<Bus> remember(Bus opened) {
    bus = opened;
    return vertx
        .executeBlocking(
            () -> {
              file.load();
              return store.listen();
            },
            false)
        .map(
            listening -> {
              listener = listening;
              return opened;
            });
  }

  @Override
  public Future<?> stop() {
    UUID listening = listener;
    boolean listens = membership.stopListening() && listening != null;
    Future<?> silent =
        vertx.executeBlocking(
            () -> {
              if (listens) {
                store.stopListening(Objects.requireNonNull(listening));
              }
              return self;
            },
            false);
    return Future.join(Stream.concat(Stream.of(silent), underWay.stream()).toList())
        .timeout(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
        .transform(ended -> save())
        .transform(saved -> Future.succeededFuture());
  }

  private Future<Standing> publish(Publish request) {
    Description description = request.description();
    return provide(() -> store.publish(self, description, request.replaces()), description);
  }

  private Future<Standing> announce(Announce request) {
    Description description = request.description();
    return provide(() -> store.announce(self, description), description);
  }

  private Future<Standing> provide(Callable<Standing> work, Description description) {
    long asked = System.nanoTime();
    return offLoop(work)
        .compose(
            standing -> {
              if (standing.verdict() != Verdict.CURRENT) {
                return Future.succeededFuture(standing);
              }
              if (System.nanoTime() - asked < PATIENCE.toNanos()) {
                tellHereFirst(Addresses.ANNOUNCED, own.add(description));
                return Future.succeededFuture(standing);
              }
              // Whoever asked has given up, and does not run it.
              withdrawUnlessOwn(description.name());
              return Future.failedFuture(silent("the cluster maps answered too late"));
            });
  }

  private void withdrawUnlessOwn(FunctionName function) {
    if (own.versionOf(function) == null) {
      offLoop(
          () -> {
            store.withdraw(self, function);
            return function;
          });
    }
  }

  /** Whoever is answered next may call the function here, and this node's router has to know. */
  private <M extends BusMessage> void tellHereFirst(Notice<M> notice, M change) {
    bus().tellHere(notice, change);
    bus().tellAll(notice, change); // comes here too, and is nothing new by its number
  }

  private Future<Withdrawn> withdraw(Withdraw request) {
    FunctionName function = request.function();
    tellWithdrawn(function);
    return offLoop(
            () -> {
              store.withdraw(self, function);
              Entry left = store.lookup(function);
              return left != null && !left.deleted() && left.providers().isEmpty();
            })
        .compose(
            last ->
                last && request.deleteWhenLast()
                    ? deleted(function).map(new Withdrawn(true))
                    : Future.succeededFuture(new Withdrawn(last)));
  }

  private Future<Found> delete(Delete request) {
    return deleted(request.function());
  }

  private Future<Found> deleted(FunctionName function) {
    return offLoop(() -> new Found(store.delete(function)))
        .compose(this::saved)
        .onSuccess(
            found -> {
              Entry tombstone = found.entry();
              if (tombstone != null) {
                bus()
                    .tellAll(
                        Addresses.DELETED,
                        new Deleted(function, tombstone.description().version()));
              }
            });
  }

  /** What is deleted stays so, even if all members end at once. */
  private Future<Found> saved(Found deleted) {
    return deleted.entry() == null
        ? Future.succeededFuture(deleted)
        : save().transform(written -> Future.succeededFuture(deleted));
  }

  private Future<Left> leave(Leave request) {
    own.all().functions().forEach(description -> tellWithdrawn(description.name()));
    return offLoop(
        () -> {
          store.forget(self);
          return new Left();
        });
  }

  private void tellWithdrawn(FunctionName function) {
    own.remove(function)
        .ifPresent(withdrawn -> tellHereFirst(Addresses.PROVIDER_WITHDRAWN, withdrawn));
  }

  private Future<Found> lookup(Lookup request) {
    return offLoop(() -> new Found(store.lookup(request.function())));
  }

  private Future<FunctionPage> list(ListFunctions request) {
    return offLoop(() -> store.list(request.prefix(), request.after(), request.limit()));
  }

  private Future<Members> members(ListMembers request) {
    return Future.succeededFuture(new Members(membership.all()));
  }

  private Future<Announcements> announcements(AskAnnouncements request) {
    return Future.succeededFuture(own.all());
  }

  private void joined(IndexMessage.Member member) {
    LOG.info("{} has joined, at {}", member.node(), member.httpUrl());
    bus().tellAll(Addresses.PEER_JOINED, new PeerJoined(member));
  }

  private void lost(NodeId node) {
    LOG.info("{} has left", node);
    bus().tellAll(Addresses.PEER_LOST, new PeerLost(node));
    if (membership.isOldestHere()) {
      offLoop(
          () -> {
            store.forget(node);
            return node;
          });
    }
    reassert();
  }

  /**
   * With members, entries may be lost that had no backup yet: say again what this node provides,
   * and what it has seen of the others.
   */
  private void reassert() {
    unsaid = true;
    reconciling.ask();
  }

  private CompletionStage<?> reconcile() {
    List<Description> provided = unsaid ? own.all().functions() : List.of();
    unsaid = false;
    return offLoop(() -> sayAgain(provided))
        .onSuccess(standings -> standings.forEach(this::yieldTo))
        .onFailure(
            error -> {
              unsaid |= !provided.isEmpty();
              vertx.setTimer(RETRY.toMillis(), timer -> reconciling.ask());
            })
        .toCompletionStage();
  }

  private List<Standing> sayAgain(List<Description> provided) {
    List<Standing> standings =
        provided.stream()
            .map(one -> store.announceAgain(self, one, () -> own.provides(one)))
            .flatMap(Optional::stream)
            .toList();
    store.reconcile();
    return standings;
  }

  private void yieldTo(Standing standing) {
    if (standing.verdict() == Verdict.DELETED) {
      Description tombstone = standing.newest().description();
      bus().tellAll(Addresses.DELETED, new Deleted(tombstone.name(), tombstone.version()));
    }
  }

  /** From any thread. */
  private void learnt(Entry entry) {
    context.runOnContext(
        onLoop -> {
          saveSoon(GATHERING);
          Description description = entry.description();
          FunctionVersion provided = own.versionOf(description.name());
          if (entry.deleted()
              && provided != null
              && provided.compareTo(description.version()) < 0) {
            bus()
                .tellAll(Addresses.DELETED, new Deleted(description.name(), description.version()));
          }
        });
  }

  private void saveSoon(Duration delay) {
    if (!saving) {
      saving = true;
      vertx.setTimer(
          delay.toMillis(),
          timer -> {
            saving = false;
            save().onFailure(error -> saveSoon(RETRY));
          });
    }
  }

  private Future<?> save() {
    return vertx
        .executeBlocking(
            () -> {
              file.save();
              return self;
            },
            false)
        .onFailure(error -> LOG.warn("the catalogue could not be written: {}", error.toString()));
  }

  private <T> Future<T> offLoop(Callable<T> work) {
    long asked = System.nanoTime();
    Future<T> done =
        Objects.requireNonNull(workers, "not started")
            .executeBlocking(
                () -> {
                  if (System.nanoTime() - asked > PATIENCE.toNanos()) {
                    throw silent("others still wait for the cluster maps");
                  }
                  return work.call();
                },
                false);
    underWay.add(done);
    return done.onComplete(ended -> underWay.remove(done)).recover(IndexVerticle::unanswered);
  }

  private static <T> Future<T> unanswered(Throwable error) {
    LOG.warn("the cluster maps did not answer: {}", error.toString());
    return Future.failedFuture(
        IndexStore.isSilence(error) ? silent("the cluster maps do not answer") : error);
  }

  private static BusError silent(String detail) {
    return new BusError(BusError.Code.TIMED_OUT, detail);
  }

  private Bus bus() {
    return Objects.requireNonNull(bus, "not started");
  }
}
