package edge.starling.loadtest.report;

/** What could not be measured here, such as a reference that is not installed. */
public record Skipped(String name, String reason) {}
