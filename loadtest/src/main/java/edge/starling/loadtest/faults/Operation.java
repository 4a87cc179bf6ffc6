package edge.starling.loadtest.faults;

/**
 * What an operator did.
 *
 * @param what deploy, update or remove
 * @param at the node that was asked
 * @param from nanoseconds of this process's clock
 * @param answer the status, and what else was told if it was no success; or that there was none
 */
record Operation(String what, String function, String at, long from, String answer) {
  /** For counting. */
  String outcome() {
    return what + (answer.startsWith("no") ? ": no answer" : ": " + answer.split(" ", 2)[0]);
  }

  /** For people, with times counted from the origin. */
  String told(long origin) {
    return String.format(
        "%9.3f s  %s %s at %s: %s", (from - origin) / 1e9, what, function, at, answer);
  }
}
