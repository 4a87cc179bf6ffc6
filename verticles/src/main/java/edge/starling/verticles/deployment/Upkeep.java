package edge.starling.verticles.deployment;

import static java.util.concurrent.CompletableFuture.completedStage;

import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.GatewayMessage.GatewayChanged;
import edge.starling.codecs.messages.IndexMessage.Announced;
import edge.starling.codecs.messages.IndexMessage.Deleted;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.IndexMessage.Standing;
import edge.starling.codecs.messages.IndexMessage.Verdict;
import edge.starling.codecs.messages.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's copies in step with the index: brings them back at the start, follows newer
 * versions and deletions, and says again what got lost. Whatever happened, the next step comes from
 * comparing the copy with the index; so a notice only makes it happen sooner, and one that is lost
 * is made up for by the regular {@link #audit}. Confined to one event loop, but for {@link
 * #recovering}.
 */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final int AT_ONCE = 2;

  /** Whoever updates a function asks its providers by itself; this is for those it missed. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final Duration RETRY = Duration.ofSeconds(2);

  /** For what is not likely to be better soon: a copy that cannot be built here. */
  private static final Duration REST = Duration.ofMinutes(5);

  /** So long may a step take: a Python function's requirements may have to be installed. */
  private static final Duration STEP = Duration.ofMinutes(10);

  /** The wait before the next try doubles so often. */
  private static final int DOUBLINGS = 5;

  /** From then on a silent neighbour no longer keeps the node from being ready. */
  private static final int TRIES_TO_RECOVER = 5;

  private final NodeId self;
  private final Copies copies;
  private final Turns turns;
  private final Worker worker;
  private final IndexClient index;
  private final Installation installation;
  private final Takeovers takeovers;
  private final LongSupplier nanoTime;

  private final Queue<FunctionName> due = new ArrayDeque<>();
  private final Set<FunctionName> resting = new HashSet<>();
  private final Map<FunctionName, FunctionVersion> deleted = new HashMap<>();
  private final Map<FunctionName, Integer> failures = new HashMap<>();
  private final Set<FunctionName> recovering = ConcurrentHashMap.newKeySet();
  private int active;
  private boolean gatewayIsDown;
  private boolean stopped;

  Upkeep(
      NodeId self,
      Copies copies,
      Turns turns,
      Worker worker,
      IndexClient index,
      Installation installation,
      Takeovers takeovers,
      LongSupplier nanoTime) {
    this.self = self;
    this.copies = copies;
    this.turns = turns;
    this.worker = worker;
    this.index = index;
    this.installation = installation;
    this.takeovers = takeovers;
    this.nanoTime = nanoTime;
  }

  /** Brings back what was found on the disk. */
  void recover() {
    for (FunctionName function : copies.names()) {
      recovering.add(function);
      due(function);
    }
  }

  /** Functions whose first try at being brought back has not ended; from any thread. */
  int recovering() {
    return recovering.size();
  }

  /** Compares every copy with the index, but for those that were tried in vain of late. */
  void audit() {
    copies.names().stream().filter(function -> !resting.contains(function)).forEach(this::due);
  }

  void heard(Announced notice) {
    Copy copy = copies.of(notice.description().name());
    if (copy != null && copy.version().compareTo(notice.description().version()) < 0) {
      worker.later(GRACE, () -> due(copy.name()));
    }
  }

  void heard(Deleted notice) {
    if (copies.of(notice.function()) != null) {
      deleted.merge(
          notice.function(),
          notice.version(),
          (one, other) -> one.compareTo(other) > 0 ? one : other);
      due(notice.function());
    }
  }

  /** What the gateway runs is withdrawn while it does not answer, and comes back with it. */
  void heard(GatewayChanged notice) {
    gatewayIsDown = !notice.up();
    copies.names().stream()
        .filter(function -> isAtGateway(Objects.requireNonNull(copies.of(function))))
        .forEach(this::due);
  }

  private boolean isDown(Copy copy) {
    return gatewayIsDown && isAtGateway(copy);
  }

  private static boolean isAtGateway(Copy copy) {
    return copy.description().settings().runtime() == RuntimeKind.OPENFAAS;
  }

  /** The node leaves: from now on its copies stay as they are. */
  void stop() {
    stopped = true;
  }

  private void due(FunctionName function) {
    if (!due.contains(function)) {
      due.add(function);
    }
    pump();
  }

  private void pump() {
    while (!stopped && active < AT_ONCE && !due.isEmpty()) {
      FunctionName function = due.remove();
      if (turns.isBusy(function)) {
        worker.later(RETRY, () -> due(function));
      } else {
        active++;
        turns
            .take(function, () -> step(function))
            .whenComplete((done, error) -> ended(function, error));
      }
    }
  }

  private void ended(FunctionName function, @Nullable Throwable error) {
    active--;
    if (error == null) {
      failures.remove(function);
      recovering.remove(function);
    } else {
      tryAgain(function, Refusal.unwrapped(error));
    }
    pump();
  }

  private void tryAgain(FunctionName function, Throwable cause) {
    int tries = failures.merge(function, 1, Integer::sum);
    boolean silent = cause instanceof BusError;
    if (!silent || tries >= TRIES_TO_RECOVER) {
      recovering.remove(function);
    }
    boolean laterHelps = silent || (cause instanceof Refusal refusal && !isUnfit(refusal));
    if (laterHelps) {
      LOG.warn("{} is not in step with the index: {}", function, Refusal.problem(cause));
    } else {
      LOG.error("{} cannot be run on this node", function, cause);
    }
    Duration wait = laterHelps ? RETRY.multipliedBy(1L << Math.min(tries - 1, DOUBLINGS)) : REST;
    if (resting.add(function)) {
      worker.later(
          wait,
          () -> {
            resting.remove(function);
            due(function);
          });
    }
  }

  private CompletionStage<Optional<Copy>> step(FunctionName function) {
    Copy copy = copies.of(function);
    FunctionVersion gone = deleted.remove(function);
    return copy == null
        ? completedStage(Optional.empty())
        : step(copy, gone).thenApply(Optional::of);
  }

  private CompletionStage<Copy> step(Copy copy, @Nullable FunctionVersion gone) {
    if (gone != null && copy.version().compareTo(gone) <= 0) {
      return drop(copy);
    }
    return index.lookup(copy.name()).thenCompose(entry -> keepInStep(copy, entry));
  }

  private CompletionStage<Copy> keepInStep(Copy copy, Optional<Entry> entry) {
    return switch (NextStep.of(copy, entry, self, isDown(copy))) {
      case NONE -> completedStage(copy);
      case ANNOUNCE ->
          index.announce(copy.description()).thenCompose(standing -> follow(copy, standing));
      case START -> start(copy, providers(entry));
      case SUSPEND -> suspend(copy);
      case CATCH_UP -> catchUp(copy, entry.orElseThrow());
      case DROP -> drop(copy);
    };
  }

  private CompletionStage<Copy> start(Copy copy, List<NodeId> others) {
    return installation
        .isIntact(copy)
        .thenCompose(
            intact -> {
              if (intact) {
                return installation.start(copy, deadline(), index::announce);
              }
              LOG.error("{} is damaged; it is fetched again", copy.folder());
              return takeovers.adopt(copy.description(), copy, others, deadline());
            })
        .thenCompose(standing -> follow(copy, standing));
  }

  private CompletionStage<Copy> catchUp(Copy copy, Entry newest) {
    return takeovers
        .adopt(newest.description(), copy, providers(Optional.of(newest)), deadline())
        .handle(
            (standing, error) -> {
              if (error == null) {
                return follow(copy, standing);
              }
              Throwable cause = Refusal.unwrapped(error);
              if (copy.running() && cause instanceof Refusal refusal && isUnfit(refusal)) {
                LOG.error(
                    "the newest version of {} cannot be run on this node, so it withdraws",
                    copy.name(),
                    cause);
                return drop(copy);
              }
              return CompletableFuture.<Copy>failedStage(cause);
            })
        .thenCompose(Function.identity());
  }

  private CompletionStage<Copy> follow(Copy copy, Standing standing) {
    if (standing.verdict() == Verdict.OUTDATED) {
      worker.later(RETRY, () -> due(copy.name()));
    }
    Copy now = copies.of(copy.name());
    return standing.verdict() == Verdict.DELETED && now != null ? drop(now) : completedStage(copy);
  }

  private CompletionStage<Copy> suspend(Copy copy) {
    LOG.info("{} {} is withdrawn until its gateway answers", copy.name(), copy.version());
    return installation.suspend(copy);
  }

  private CompletionStage<Copy> drop(Copy copy) {
    LOG.info("{} {} is no longer kept here", copy.name(), copy.version());
    return installation.drop(copy, false);
  }

  private List<NodeId> providers(Optional<Entry> entry) {
    return entry.map(Entry::providers).orElse(List.of()).stream()
        .filter(node -> !node.equals(self))
        .toList();
  }

  private Deadline deadline() {
    return new Deadline(nanoTime, STEP);
  }

  private static boolean isUnfit(Refusal refusal) {
    return switch (refusal.reason()) {
      case UNFIT, SWITCHED_OFF, TAKEN -> true;
      default -> false;
    };
  }
}
