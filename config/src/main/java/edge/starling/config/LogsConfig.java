package edge.starling.config;

/**
 * What the node keeps of what its functions log.
 *
 * @param functionBytes of one function; the oldest lines go first
 * @param allBytes of all functions together
 * @param readers requests for logs that the node answers at once; further ones are refused
 */
public record LogsConfig(
    @Default("256KiB") ByteSize functionBytes,
    @Default("16MiB") ByteSize allBytes,
    @Default("64") int readers) {
  private static final ByteSize LEAST = new ByteSize(32 << 10);
  private static final ByteSize MOST = new ByteSize(1 << 30);

  public LogsConfig {
    Check.between("logs.function-bytes", functionBytes, LEAST, MOST);
    Check.that(
        allBytes.compareTo(functionBytes) >= 0 && allBytes.compareTo(MOST) <= 0,
        "logs.all-bytes",
        allBytes,
        "between " + functionBytes + ", the value of logs.function-bytes, and " + MOST);
    Check.between("logs.readers", readers, 1, 10_000);
  }
}
