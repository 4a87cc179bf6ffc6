package edge.starling.verticles.invoker;

/** Where the lines of one function's log go. Thread-safe; it never blocks. */
interface FunctionLog {
  /** For what belongs to no function. */
  FunctionLog NOWHERE = (text, leftOut) -> {};

  /** Before what the runtime itself has to say. */
  String EVENT = "[starling] ";

  /**
   * Takes a line.
   *
   * @param text without its end
   * @param leftOut how many bytes at its end are left out of the text
   */
  void line(String text, long leftOut);

  /**
   * Takes what the runtime has to tell.
   *
   * @param what of which the first line counts
   */
  default void event(String what) {
    int end = what.indexOf('\n');
    line(EVENT + (end < 0 ? what : what.substring(0, end)), 0);
  }
}
