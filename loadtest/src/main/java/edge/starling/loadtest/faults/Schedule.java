package edge.starling.loadtest.faults;

import edge.starling.loadtest.network.LinkState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * What is done to the nodes and when, made from a seed: the same one makes the same schedule. Each
 * thing that is broken is mended within it, and a node is only taken down when the others have had
 * the time to be up.
 */
final class Schedule {
  /** An action and its time after the beginning. */
  record Step(Duration at, Action action) {}

  private enum Blow {
    KILL,
    QUICK_RESTART,
    TERMINATE,
    BLINK,
    STOP,
    CUT,
    ISOLATE,
    SLOW,
    LOSSY,
    BLACKOUT
  }

  private static final long FIRST_MILLIS = 2_000;

  /** A node that was started needs this to be ready, on a machine that others use too. */
  private static final long TO_START_MILLIS = 10_000;

  /** A run that is shorter than this is spared the outage of all nodes. */
  private static final Duration LONG = Duration.ofMinutes(3);

  private final Random chance;
  private final List<String> nodes;
  private final List<String> functions;
  private final List<Step> steps = new ArrayList<>();
  private int passing;

  private Schedule(long seed, List<String> nodes, List<String> functions) {
    this.chance = new Random(seed);
    this.nodes = nodes;
    this.functions = functions;
  }

  /**
   * @param nodes two or more
   * @param functions to be updated
   * @param length until all is mended
   */
  static List<Step> of(long seed, List<String> nodes, List<String> functions, Duration length) {
    return new Schedule(seed, nodes, functions).fill(length);
  }

  private List<Step> fill(Duration length) {
    long end = length.toMillis();
    List<Blow> deck = new ArrayList<>();
    for (long at = FIRST_MILLIS; at < end; ) {
      if (deck.isEmpty()) {
        deck.addAll(List.of(Blow.values()));
        if (length.compareTo(LONG) < 0) {
          deck.remove(Blow.BLACKOUT);
        }
        Collections.shuffle(deck, chance);
      }
      int before = steps.size();
      long until = strike(deck.remove(0), at);
      if (until > end) {
        steps.subList(before, steps.size()).clear();
        break;
      }
      operate(at, until);
      at = until + between(500, 2_500);
    }
    steps.sort(Comparator.comparing(Step::at));
    return List.copyOf(steps);
  }

  /** Breaks something and mends it; the time at which all is well again. */
  private long strike(Blow blow, long at) {
    String node = any(nodes);
    return switch (blow) {
      case KILL -> down(at, new Action.Kill(node), node, between(2_000, 7_000));
      case QUICK_RESTART -> down(at, new Action.Kill(node), node, between(0, 1_000));
      case TERMINATE -> down(at, new Action.Terminate(node), node, between(0, 3_000));
      case BLINK -> stop(at, node, between(300, 1_900));
      case STOP -> stop(at, node, chance.nextBoolean() ? 3_500 : between(7_000, 9_000));
      case CUT ->
          link(at, node, List.of(other(node)), LinkState.CUT, between(1_000, 9_000)) + 6_000;
      case ISOLATE -> link(at, node, others(node), LinkState.CUT, between(2_000, 9_000)) + 6_000;
      case SLOW ->
          link(
              at,
              node,
              others(node),
              LinkState.delayed(Duration.ofMillis(between(20, 200))),
              between(2_000, 6_000));
      case LOSSY -> link(at, node, others(node), LinkState.lossy(0.05), between(2_000, 6_000));
      case BLACKOUT -> blackout(at);
    };
  }

  private long down(long at, Action how, String node, long millis) {
    add(at, how);
    add(at + millis, new Action.Restart(node));
    if (chance.nextInt(3) == 0) {
      // one trouble rarely comes alone
      String witness = other(node);
      link(at + between(0, millis), witness, others(witness), LinkState.lossy(0.1), 2_000);
    }
    return at + millis + TO_START_MILLIS;
  }

  private long stop(long at, String node, long millis) {
    add(at, new Action.Stop(node));
    add(at + millis, new Action.Continue(node));
    return at + millis + (millis > 5_000 ? 6_000 : 1_000);
  }

  private long link(long at, String node, List<String> others, LinkState state, long millis) {
    others.forEach(other -> add(at, new Action.SetLink(node, other, state)));
    others.forEach(other -> add(at + millis, new Action.SetLink(node, other, LinkState.UP)));
    return at + millis;
  }

  private long blackout(long at) {
    long millis = between(1_000, 3_000);
    nodes.forEach(node -> add(at, new Action.Kill(node)));
    nodes.forEach(node -> add(at + millis, new Action.Restart(node)));
    return at + millis + 2 * TO_START_MILLIS;
  }

  /** What operators do meanwhile, also while something is broken. */
  private void operate(long from, long until) {
    if (chance.nextBoolean()) {
      add(between(from, until), new Action.Update(any(functions), any(nodes)));
    }
    if (chance.nextInt(3) == 0) {
      String function = "passing-" + ++passing;
      long at = between(from, until);
      add(at, new Action.Deploy(function, any(nodes)));
      add(at + between(2_000, 6_000), new Action.Remove(function, any(nodes)));
    }
  }

  private void add(long atMillis, Action action) {
    steps.add(new Step(Duration.ofMillis(atMillis), action));
  }

  private List<String> others(String node) {
    return nodes.stream().filter(each -> !each.equals(node)).toList();
  }

  private String other(String node) {
    return any(others(node));
  }

  private String any(List<String> of) {
    return of.get(chance.nextInt(of.size()));
  }

  private long between(long least, long most) {
    return least + (long) (chance.nextDouble() * (most - least));
  }
}
