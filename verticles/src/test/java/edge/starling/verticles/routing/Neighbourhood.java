package edge.starling.verticles.routing;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.CborCodec;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.Announced;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Found;
import edge.starling.codecs.messages.IndexMessage.Lookup;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.PeerJoined;
import edge.starling.codecs.messages.IndexMessage.PeerLost;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Notice;
import edge.starling.codecs.messages.Outcome;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.RoutingMessage.Route;
import edge.starling.config.ConfigLoader;
import edge.starling.config.NodeConfig;
import edge.starling.verticles.Sample;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Real routers on one Vert.x, each with a stand-in for what it talks to within its node. The test
 * calls them, and tells them what the index would, through one bus, so in the order of its lines.
 */
final class Neighbourhood implements AutoCloseable {
  private static final long SECONDS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(SECONDS);

  private final Vertx vertx = Vertx.vertx();
  private final NodeConfig config;
  private final Context context = vertx.getOrCreateContext();
  private final Bus client;
  private final Map<NodeId, Neighbour> neighbours = new ConcurrentHashMap<>();
  private final List<NodeId> strangers = new CopyOnWriteArrayList<>();
  private final Map<FunctionName, Entry> index = new ConcurrentHashMap<>();

  private record Neighbour(StandIn standIn, SimpleMeterRegistry metrics, List<String> verticles) {}

  private Neighbourhood(NodeConfig config) {
    this.config = config;
    Bus.install(vertx, new CborCodec());
    this.client = await(onContext(() -> Bus.open(vertx, new NodeId("client", 1))));
  }

  /** The nodes a, b and c, which have met. */
  static Neighbourhood of(String... settings) {
    Neighbourhood neighbourhood =
        new Neighbourhood(
            ConfigLoader.load(
                null,
                Map.of(),
                Stream.concat(Stream.of("load.suspect-after=1h"), Stream.of(settings)).toList()));
    Stream.of(Sample.A, Sample.B, Sample.C).forEach(neighbourhood::start);
    return neighbourhood;
  }

  /** Starts a node, and tells the others. */
  void start(NodeId node) {
    StandIn standIn = new StandIn(node, this);
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    String first = await(vertx.deployVerticle(standIn));
    neighbours.put(node, new Neighbour(standIn, metrics, new ArrayList<>(List.of(first))));
    neighbours
        .get(node)
        .verticles()
        .add(await(vertx.deployVerticle(new RoutingVerticle(node, config, metrics))));
    tellAll(Addresses.PEER_JOINED, new PeerJoined(member(node)));
  }

  /** A node that others count as a member, and at which nobody serves anything. */
  void meetStranger(NodeId node) {
    strangers.add(node);
    tellAll(Addresses.PEER_JOINED, new PeerJoined(member(node)));
  }

  /** Ends a node in the middle of what it does; nobody is told yet. */
  void kill(NodeId node) {
    Neighbour neighbour = Objects.requireNonNull(neighbours.remove(node));
    neighbour.verticles().forEach(verticle -> await(vertx.undeploy(verticle)));
  }

  StandIn at(NodeId node) {
    return Objects.requireNonNull(neighbours.get(node)).standIn();
  }

  /** From now on the index knows that these nodes provide the function; nobody is told. */
  void index(Description description, NodeId... providers) {
    index.put(description.name(), new Entry(description, false, List.of(providers)));
  }

  void index(Entry entry) {
    index.put(entry.description().name(), entry);
  }

  /** The next announcement of a node, which all hear. */
  void announce(NodeId node, Description description) {
    StandIn standIn = at(node);
    standIn.provided.put(description.name(), description);
    standIn.announcements++;
    tellAll(Addresses.ANNOUNCED, new Announced(node, standIn.announcements, description));
  }

  /** All hear that the node has left. */
  void lose(NodeId node) {
    tellAll(Addresses.PEER_LOST, new PeerLost(node));
  }

  <M extends BusMessage> void tellAll(Notice<M> notice, M message) {
    context.runOnContext(ignored -> client.tellAll(notice, message));
  }

  <M extends BusMessage> void tell(Notice<M> notice, NodeId node, M message) {
    context.runOnContext(ignored -> client.tell(notice, node, message));
  }

  /** A client's call of hello. */
  Future<Outcome> call(NodeId node, Request request) {
    return send(node, route(request, Duration.ofSeconds(5)));
  }

  Outcome callAndWait(NodeId node, Request request) {
    return await(call(node, request));
  }

  Future<Outcome> send(NodeId node, Route call) {
    return ask(bus -> bus.request(Addresses.ROUTE, node, call, PATIENCE));
  }

  static Route route(Request request, @Nullable Duration remaining, NodeId... visited) {
    return new Route(InvocationId.random(), Sample.HELLO, request, remaining, List.of(visited));
  }

  <T> Future<T> ask(Function<Bus, Future<T>> question) {
    return onContext(() -> question.apply(client));
  }

  /** Does what a verticle of that node would. */
  <T> Future<T> asNode(NodeId node, Function<Bus, Future<T>> work) {
    Context own = vertx.getOrCreateContext();
    Promise<T> done = Promise.promise();
    own.runOnContext(ignored -> Bus.open(vertx, node).compose(work).onComplete(done));
    return done.future();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer within " + SECONDS + " s", e);
    }
  }

  List<Member> members() {
    return Stream.concat(neighbours.keySet().stream(), strangers.stream())
        .map(Neighbourhood::member)
        .toList();
  }

  Future<Found> found(Lookup asked) {
    return Future.succeededFuture(new Found(index.get(asked.function())));
  }

  /** Calls that the node's router has not ended. */
  int calls(NodeId node) {
    return gauge(node, "starling.routing.calls");
  }

  /** Calls that the node counts at itself and its peers. */
  int inProgress(NodeId node) {
    return gauge(node, "starling.routing.in.progress");
  }

  int count(NodeId node, String counter) {
    return (int)
        Objects.requireNonNull(neighbours.get(node)).metrics().get(counter).counter().count();
  }

  /** Nothing is left of any call at any router. */
  void assertQuiet() {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(neighbours.keySet())
                    .allSatisfy(
                        node -> {
                          assertThat(calls(node)).isZero();
                          assertThat(inProgress(node)).isZero();
                        }));
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private int gauge(NodeId node, String name) {
    return (int) Objects.requireNonNull(neighbours.get(node)).metrics().get(name).gauge().value();
  }

  private <T> Future<T> onContext(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(ignored -> work.get().onComplete(done));
    return done.future();
  }

  private static Member member(NodeId node) {
    return new Member(node, "http://" + node.name());
  }
}
