package edge.starling.codecs.messages;

import java.util.Comparator;

/**
 * Which of a function's contents: the highest version wins everywhere, after any split.
 *
 * @param counter from 1, one more than the version that it replaces
 * @param hash of handler, requirements and settings: SHA-256 in lower-case hex; it decides between
 *     two versions that were made at the two sides of a split
 */
public record FunctionVersion(long counter, String hash) implements Comparable<FunctionVersion> {
  private static final Comparator<FunctionVersion> ORDER =
      Comparator.comparingLong(FunctionVersion::counter).thenComparing(FunctionVersion::hash);

  @Override
  public int compareTo(FunctionVersion other) {
    return ORDER.compare(this, other);
  }

  /** The version that follows this one with the given content. */
  public FunctionVersion next(String contentHash) {
    return new FunctionVersion(counter + 1, contentHash);
  }

  /** {@code 3-0f1e2d3c4b5a}: enough of the hash to tell versions apart. */
  @Override
  public String toString() {
    return counter + "-" + hash.substring(0, Math.min(12, hash.length()));
  }
}
