package edge.starling.config;

/**
 * How much runs on this node at once.
 *
 * @param slots invocations that run at once
 * @param queue invocations that wait for a slot
 * @param memoryMib what all running WebAssembly instances may have together, in MiB; 0 for half the
 *     heap
 */
public record InvokerConfig(
    @Live @Default("16") int slots, @Live @Default("64") int queue, @Default("0") int memoryMib) {
  public InvokerConfig {
    Check.between("invoker.slots", slots, 1, 10_000);
    Check.between("invoker.queue", queue, 0, 1_000_000);
    Check.between("invoker.memory-mib", memoryMib, 0, 1 << 20);
  }
}
