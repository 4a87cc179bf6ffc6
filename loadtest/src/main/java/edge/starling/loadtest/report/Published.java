package edge.starling.loadtest.report;

/** A figure that was published or measured before, to stand beside ours. */
public record Published(String name, double value, String unit) {}
