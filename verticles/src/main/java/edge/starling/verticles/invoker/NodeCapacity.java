package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Capacity.Kind;
import edge.starling.config.CapacityConfig;

/** What bounds the calls of a function that has no capacity of its own. Confined to one thread. */
final class NodeCapacity {
  private final CpuShare cpu;
  private CapacityConfig config;
  private int slots;

  /**
   * @param slots of all functions together
   * @param cpu what this node uses of the processors
   */
  NodeCapacity(CapacityConfig config, int slots, CpuShare cpu) {
    this.config = config;
    this.slots = slots;
    this.cpu = cpu;
  }

  void change(CapacityConfig now, int nowSlots) {
    config = now;
    slots = nowSlots;
  }

  Capacity capacity() {
    return switch (config.kind()) {
      case SLOTS -> new Capacity(Kind.SLOTS, slots);
      case RATE -> new Capacity(Kind.RATE, config.rate());
      case CPU -> new Capacity(Kind.CPU, config.cpu());
    };
  }

  /** Whether forwarded calls leave room for the node's own. */
  boolean isOwnFirst() {
    return config.ownFirst();
  }

  double cpuInUse() {
    return cpu.mean();
  }
}
