package edge.starling.verticles.deployment;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Announced;
import edge.starling.codecs.messages.IndexMessage.Deleted;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Found;
import edge.starling.codecs.messages.IndexMessage.Member;
import edge.starling.codecs.messages.IndexMessage.Members;
import edge.starling.codecs.messages.IndexMessage.Standing;
import edge.starling.codecs.messages.IndexMessage.Verdict;
import edge.starling.codecs.messages.IndexMessage.Withdrawn;
import edge.starling.codecs.messages.NodeId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stands in for the cluster's index: all nodes of a test share one. Confined to one event loop. */
final class TinyIndex {
  private final Map<FunctionName, Entry> entries = new ConcurrentHashMap<>();
  private final Map<FunctionName, Set<String>> providers = new ConcurrentHashMap<>();

  /** The kinds of request, such as {@code Publish}, that fail at any node for now. */
  final Set<String> failing = ConcurrentHashMap.newKeySet();

  /** {@code NODE KIND VERSION}, in order. */
  final List<String> heard = new CopyOnWriteArrayList<>();

  /** All that are told to whoever asks for the members. */
  final List<NodeId> members = new CopyOnWriteArrayList<>();

  /** Notices are lost for now. */
  volatile boolean deaf;

  /** Requests of these kinds are not answered in time. */
  final Set<String> silent = ConcurrentHashMap.newKeySet();

  private long announcements;

  Future<?> serve(Bus bus) {
    NodeId node = bus.self();
    return Future.all(
        List.of(
            bus.serve(
                Addresses.PUBLISH,
                m ->
                    answer(
                        node,
                        m,
                        m.description(),
                        () -> publish(bus, m.description(), m.replaces()))),
            bus.serve(
                Addresses.ANNOUNCE,
                m -> answer(node, m, m.description(), () -> announce(bus, m.description()))),
            bus.serve(
                Addresses.WITHDRAW,
                m -> answer(node, m, null, () -> withdraw(bus, m.function(), m.deleteWhenLast()))),
            bus.serve(
                Addresses.DELETE, m -> answer(node, m, null, () -> delete(bus, m.function()))),
            bus.serve(
                Addresses.LIST_MEMBERS,
                m ->
                    Future.succeededFuture(
                        new Members(
                            members.stream().map(one -> new Member(one, "http://x")).toList()))),
            bus.serve(
                Addresses.LOOKUP,
                m -> answer(node, m, null, () -> new Found(entry(m.function()))))));
  }

  @Nullable Entry entry(FunctionName function) {
    Entry entry = entries.get(function);
    return entry == null
        ? null
        : new Entry(
            entry.description(),
            entry.deleted(),
            entry.deleted()
                ? List.of()
                : providers.getOrDefault(function, Set.of()).stream().map(NodeId::parse).toList());
  }

  /** As when the node's process ends. */
  void lose(NodeId node) {
    providers.values().forEach(nodes -> nodes.remove(node.toString()));
  }

  /** As if this node had announced the function's present version. */
  void pretend(NodeId node, FunctionName function) {
    providers.get(function).add(node.toString());
  }

  /** As when the whole cluster was down. */
  void forgetAll() {
    entries.clear();
    providers.clear();
  }

  private <T> Future<T> answer(
      NodeId node, BusMessage request, @Nullable Description description, Supplier<T> answer) {
    String kind = request.getClass().getSimpleName();
    if (!kind.equals("Lookup")) {
      heard.add(
          node.name()
              + " "
              + kind
              + (description == null ? "" : " " + description.version().counter()));
    }
    if (silent.contains(kind)) {
      return Future.failedFuture(new BusError(BusError.Code.TIMED_OUT, kind + " takes too long"));
    }
    return failing.contains(kind)
        ? Future.failedFuture(kind + " fails in this test")
        : Future.succeededFuture(answer.get());
  }

  private Standing publish(Bus bus, Description description, @Nullable FunctionVersion replaces) {
    Entry present = entries.get(description.name());
    boolean stands =
        present == null ? replaces == null : present.description().version().equals(replaces);
    if (stands) {
      entries.put(description.name(), new Entry(description, false, List.of()));
    }
    return provide(bus, description);
  }

  private Standing announce(Bus bus, Description description) {
    Entry present = entries.get(description.name());
    if (present == null || present.description().version().compareTo(description.version()) < 0) {
      entries.put(description.name(), new Entry(description, false, List.of()));
    }
    return provide(bus, description);
  }

  private Standing provide(Bus bus, Description description) {
    Entry stands = entries.get(description.name());
    if (!stands.description().version().equals(description.version())) {
      return new Standing(stands.deleted() ? Verdict.DELETED : Verdict.OUTDATED, stands);
    }
    providers
        .computeIfAbsent(description.name(), name -> new ConcurrentSkipListSet<>())
        .add(bus.self().toString());
    if (!deaf) {
      bus.tellAll(Addresses.ANNOUNCED, new Announced(bus.self(), ++announcements, description));
    }
    return new Standing(Verdict.CURRENT, entry(description.name()));
  }

  private Withdrawn withdraw(Bus bus, FunctionName function, boolean deleteWhenLast) {
    Set<String> nodes = providers.computeIfAbsent(function, name -> new ConcurrentSkipListSet<>());
    nodes.remove(bus.self().toString());
    Entry left = entries.get(function);
    boolean last = left != null && !left.deleted() && nodes.isEmpty();
    if (last && deleteWhenLast) {
      delete(bus, function);
    }
    return new Withdrawn(last);
  }

  private Found delete(Bus bus, FunctionName function) {
    Entry present = entries.get(function);
    if (present == null || present.deleted()) {
      return new Found(null);
    }
    Description last = present.description();
    Description tombstone =
        new Description(
            last.name(),
            last.version().next("deleted"),
            last.form(),
            last.settings(),
            last.handler(),
            null,
            last.deployedAt());
    entries.put(function, new Entry(tombstone, true, List.of()));
    if (!deaf) {
      bus.tellAll(Addresses.DELETED, new Deleted(function, tombstone.version()));
    }
    return new Found(entries.get(function));
  }

  List<String> heardBy(String node) {
    List<String> own = new ArrayList<>(heard);
    own.removeIf(line -> !line.startsWith(node + " "));
    return own;
  }
}
