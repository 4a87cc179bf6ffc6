package edge.starling.loadtest.trace;

import edge.starling.loadtest.gatling.Calls;

/** What a policy made of the trace. */
record PolicyRun(String policy, Calls calls, Messages messages) {
  double refusedPercent() {
    return 100.0 * calls.refused().count() / calls.count();
  }

  double p99Millis() {
    return calls.served().millis(99);
  }
}
