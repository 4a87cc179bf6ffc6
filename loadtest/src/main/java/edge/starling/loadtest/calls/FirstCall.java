package edge.starling.loadtest.calls;

import edge.starling.loadtest.lab.MeasuredSystem;

/**
 * The first call after something.
 *
 * @param micros how long it took; not a number if it failed
 */
record FirstCall(Kind kind, double micros) {
  enum Kind {
    BARE_IDLE(MeasuredSystem.BARE, "after idling"),
    LOCAL_IDLE(MeasuredSystem.LOCAL, "after idling"),
    FORWARDED_IDLE(MeasuredSystem.FORWARDED, "after idling"),
    JOINED(MeasuredSystem.FORWARDED, "to a provider that joined a second ago");

    final String system;
    final String when;

    Kind(String system, String when) {
      this.system = system;
      this.when = when;
    }
  }
}
