package edge.starling.verticles.index;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is a member and who provides which function. The only verticle that touches the cluster maps,
 * and that off its event loop; what changes it tells to all.
 */
public final class IndexVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(IndexVerticle.class);

  private final NodeId self;
  private final Membership membership;
  private final IndexStore store;
  private final OwnAnnouncements own;
  private @Nullable Bus bus;

  public IndexVerticle(NodeId self, HazelcastInstance hazelcast, IndexConfig config) {
    this.self = self;
    this.membership = new Membership(hazelcast);
    this.store = new IndexStore(hazelcast, membership, config.keepDeleted());
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
    return Bus.open(vertx, self)
        .compose(
            opened -> {
              bus = opened;
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
            });
  }

  @Override
  public Future<?> stop() {
    membership.stopListening();
    return Future.succeededFuture();
  }

  private Future<Standing> publish(Publish request) {
    return offLoop(() -> store.publish(self, request.description(), request.replaces()))
        .onSuccess(standing -> tellIfCurrent(standing, request.description()));
  }

  private Future<Standing> announce(Announce request) {
    return offLoop(() -> store.announce(self, request.description()))
        .onSuccess(standing -> tellIfCurrent(standing, request.description()));
  }

  private void tellIfCurrent(Standing standing, Description description) {
    if (standing.verdict() == Verdict.CURRENT) {
      tellHereFirst(Addresses.ANNOUNCED, own.add(description));
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
   * With members, entries may be lost that had no backup yet: say again what this node provides.
   */
  private void reassert() {
    for (Description description : own.all().functions()) {
      offLoop(() -> store.announce(self, description))
          .onSuccess(standing -> yieldTo(standing, description.name()));
    }
  }

  private void yieldTo(Standing standing, FunctionName function) {
    if (standing.verdict() == Verdict.DELETED) {
      bus()
          .tellAll(
              Addresses.DELETED, new Deleted(function, standing.newest().description().version()));
    }
  }

  private <T> Future<T> offLoop(Callable<T> work) {
    return vertx
        .executeBlocking(work, false)
        .onFailure(error -> LOG.warn("the cluster maps did not answer: {}", error.toString()));
  }

  private Bus bus() {
    return Objects.requireNonNull(bus, "not started");
  }
}
