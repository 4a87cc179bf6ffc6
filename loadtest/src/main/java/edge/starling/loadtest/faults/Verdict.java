package edge.starling.loadtest.faults;

/** What the checker makes of a call. */
enum Verdict {
  SERVED("answered by the function", false),
  FAILED_AS_ALLOWED("failed as it may", false),
  RUN_AGAIN_AS_ALLOWED("ran more than once, being idempotent", false),
  LOST("lost: no answer from a node that was there", true),
  NEVER_RAN("lost: answered 200, but never ran", true),
  RAN_TWICE("ran twice against the rule", true),
  RAN_ALTHOUGH_REFUSED("ran, although its client was told that nobody took it", true),
  FAILED_WRONGLY("failed as it may not", true),
  WRONG_ANSWER("got a wrong answer", true);

  private final String meaning;
  private final boolean fault;

  Verdict(String meaning, boolean fault) {
    this.meaning = meaning;
    this.fault = fault;
  }

  String meaning() {
    return meaning;
  }

  /** Whether it must not be. */
  boolean isFault() {
    return fault;
  }
}
