package edge.starling.config;

/**
 * Many calls in one request.
 *
 * @param policy the name of the scheduling policy that places the items
 * @param concurrency items of one manycall in flight at once, where the request does not say
 * @param maxItems the most items of one manycall
 * @param maxBody the largest request
 * @param buffer answers of one manycall that wait in memory for those before them, or for the
 *     client; further ones wait on disk
 * @param atOnce manycalls that this node serves at once
 */
public record ManycallConfig(
    @Live @Default("least-in-progress") String policy,
    @Live @Default("64") int concurrency,
    @Default("100000") int maxItems,
    @Default("256MiB") ByteSize maxBody,
    @Default("8MiB") ByteSize buffer,
    @Default("16") int atOnce) {
  /** The most items in flight that a request may ask for. */
  public static final int MOST_CONCURRENCY = 10_000;

  public ManycallConfig {
    Check.word("manycall.policy", policy, "the name of a scheduling policy");
    Check.between("manycall.concurrency", concurrency, 1, MOST_CONCURRENCY);
    Check.between("manycall.max-items", maxItems, 1, 10_000_000);
    Check.between("manycall.max-body", maxBody, new ByteSize(1), new ByteSize(1L << 40));
    Check.between("manycall.buffer", buffer, new ByteSize(1), new ByteSize(1L << 30));
    Check.between("manycall.at-once", atOnce, 1, 10_000);
  }
}
