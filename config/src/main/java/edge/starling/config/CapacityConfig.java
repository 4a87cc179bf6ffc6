package edge.starling.config;

/**
 * When a node has room for a call, where the function's deployment says nothing else.
 *
 * @param kind what is counted
 * @param rate the most calls a second of one function; counts with kind rate
 * @param cpu the share of the processors above which calls are refused; counts with kind cpu
 * @param ownFirst whether calls of the node's own clients go before forwarded ones when room is
 *     short
 */
public record CapacityConfig(
    @Live @Default("slots") Kind kind,
    @Live @Default("100") double rate,
    @Live @Default("0.9") double cpu,
    @Live @Default("true") boolean ownFirst) {

  /** What bounds the calls of a function, beside slots and queue, which always do. */
  public enum Kind {
    /** Nothing else. */
    SLOTS,
    /** Calls a second. */
    RATE,
    /** The share of the processors that is in use. */
    CPU
  }

  public CapacityConfig {
    Check.between("capacity.rate", rate, 0.001, 100_000);
    Check.between("capacity.cpu", cpu, 0.01, 1);
  }
}
