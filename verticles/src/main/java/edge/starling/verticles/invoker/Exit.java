package edge.starling.verticles.invoker;

/**
 * How a process ended.
 *
 * @param code its exit status, or 128 and the number of the signal that killed it: a process that
 *     exits with 129 to 159 by itself is, as in a shell, taken for a killed one
 * @param stderr the end of what it wrote there
 */
record Exit(int code, String stderr) {
  private static final int SIGNALLED = 128;
  private static final int LAST_SIGNAL = 31;

  boolean isKilled() {
    return code > SIGNALLED && code <= SIGNALLED + LAST_SIGNAL;
  }

  /**
   * @param who ended: the beginning of the sentence
   */
  String told(String who) {
    return briefly(who) + (stderr.isEmpty() ? "" : ": " + stderr);
  }

  /** The same without its stderr. */
  String briefly(String who) {
    return who
        + (isKilled()
            ? " was killed by signal " + (code - SIGNALLED)
            : " ended with exit code " + code);
  }
}
