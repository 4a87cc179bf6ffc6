package edge.starling.verticles.gateway;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.FunctionName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this node has its gateway run, what the gateway was last seen to have, and what is to be
 * done where the two differ. Confined to one event loop.
 */
final class Inventory {
  private final boolean adoptsAll;
  private final Map<FunctionName, Ours> ours = new HashMap<>();
  private final Set<FunctionName> leftovers = new HashSet<>();
  private final Set<FunctionName> unwanted = new HashSet<>();
  private Map<FunctionName, GatewayFunction> seen = Map.of();

  /** A function of this node and the image that it is at the gateway. */
  record Ours(Description description, String image) {
    boolean isAdopted() {
      return description.form() == Form.ADOPTED;
    }
  }

  /**
   * What is to be done, by what the gateway has.
   *
   * @param gone functions of this node that the gateway was made to run, and does not have
   * @param dropped adopted ones that it no longer has
   * @param changed adopted ones that are something else there by now
   * @param found what may be adopted
   * @param leftovers what was to be removed there, but could not be
   * @param strangers what a node has deployed there, and it was not this one
   */
  record Differences(
      List<Ours> gone,
      List<FunctionName> dropped,
      List<GatewayFunction> changed,
      List<GatewayFunction> found,
      List<FunctionName> leftovers,
      List<FunctionName> strangers) {}

  /**
   * @param adoptsAll whether everything that the gateway has is to be adopted
   */
  Inventory(boolean adoptsAll) {
    this.adoptsAll = adoptsAll;
  }

  /** The gateway runs it for this node from now on. */
  void installed(Description description, String image) {
    ours.put(description.name(), new Ours(description, image));
    leftovers.remove(description.name());
    unwanted.remove(description.name());
  }

  /** This version is no longer this node's. */
  void uninstalled(Description description) {
    Ours present = ours.get(description.name());
    if (present != null && present.description.version().equals(description.version())) {
      ours.remove(description.name());
    }
  }

  /** It could not be removed at the gateway. */
  void leftOver(FunctionName function) {
    leftovers.add(function);
  }

  /** It is not to be adopted again by itself, for as long as the gateway has it. */
  void unwanted(FunctionName function) {
    unwanted.add(function);
  }

  boolean isOurs(FunctionName function) {
    return ours.containsKey(function);
  }

  /** As the gateway was last seen to have it; null where it had none. */
  @Nullable GatewayFunction seen(FunctionName function) {
    return seen.get(function);
  }

  /** Compares with what the gateway has now. */
  Differences look(Collection<GatewayFunction> listed) {
    Map<FunctionName, GatewayFunction> now = new HashMap<>();
    for (GatewayFunction function : listed) {
      function.function().ifPresent(name -> now.put(name, function));
    }
    seen = now;
    unwanted.retainAll(now.keySet());
    leftovers.retainAll(now.keySet());
    List<Ours> gone = new ArrayList<>();
    List<FunctionName> dropped = new ArrayList<>();
    List<GatewayFunction> changed = new ArrayList<>();
    ours.forEach(
        (name, function) -> {
          GatewayFunction there = now.get(name);
          if (there == null && function.isAdopted()) {
            dropped.add(name);
          } else if (there == null) {
            gone.add(function);
          } else if (function.isAdopted() && !there.is(function.description)) {
            changed.add(there);
          }
        });
    return new Differences(
        gone, dropped, changed, found(now), List.copyOf(leftovers), strangers(now));
  }

  private List<FunctionName> strangers(Map<FunctionName, GatewayFunction> now) {
    return now.entrySet().stream()
        .filter(entry -> entry.getValue().version() != null && !isOurs(entry.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private List<GatewayFunction> found(Map<FunctionName, GatewayFunction> now) {
    return adoptsAll
        ? now.entrySet().stream()
            .filter(
                entry ->
                    !ours.containsKey(entry.getKey())
                        && !unwanted.contains(entry.getKey())
                        && !leftovers.contains(entry.getKey())
                        // a node has deployed it, and may be about to say so, or has failed
                        && entry.getValue().version() == null)
            .map(Map.Entry::getValue)
            .toList()
        : List.of();
  }
}
