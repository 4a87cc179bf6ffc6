package edge.starling.loadtest.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What a node tells of itself in Prometheus' text format.
 *
 * @param samples by name and labels, as they stand in the text
 */
public record NodeMetrics(Map<String, Double> samples) {
  /** What has to be zero when no call is under way. */
  private static final List<String> LEFT_OVERS =
      List.of(
          "starling_routing_calls",
          "starling_routing_in_progress",
          "starling_invoker_running",
          "starling_invoker_queued",
          "starling_bodies_held_bytes",
          "starling_http_bytes_in_flight_bytes",
          "starling_process_executables");

  private static final String HEAP = "jvm_memory_used_bytes{area=\"heap\"";
  private static final long GC_SECONDS = 20;

  public static NodeMetrics of(NodeProcess node) throws IOException, InterruptedException {
    return parse(node.get("/metrics").body());
  }

  public static NodeMetrics parse(String text) {
    Map<String, Double> samples = new TreeMap<>();
    text.lines()
        .filter(line -> !line.startsWith("#") && line.indexOf(' ') > 0)
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            });
    return new NodeMetrics(samples);
  }

  /** The counters that are not zero although they should be; one that is missing is so, too. */
  public Map<String, Double> leftOvers() {
    Map<String, Double> left = new TreeMap<>();
    for (String name : LEFT_OVERS) {
      double sum = sum(name);
      if (sum != 0) {
        left.put(name, sum);
      }
    }
    return left;
  }

  /** Bytes in use, garbage included. */
  public double heap() {
    return sum(HEAP);
  }

  /** Bytes in use right after two collections. */
  public static double heapAfterGc(NodeProcess node) throws IOException, InterruptedException {
    collect(node);
    collect(node);
    return of(node).heap();
  }

  private static void collect(NodeProcess node) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process gc =
        new ProcessBuilder(jcmd, String.valueOf(node.server().pid()), "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!gc.waitFor(GC_SECONDS, TimeUnit.SECONDS)) {
      gc.destroyForcibly();
      throw new IOException("jcmd GC.run of " + node.name() + " does not end");
    }
  }

  /** Of all samples of this name, whatever their labels; not a number if there is none. */
  public double total(String name) {
    return sum(name);
  }

  /** Of all samples whose name with labels is this, or begins so. */
  private double sum(String name) {
    double[] found =
        samples.entrySet().stream()
            .filter(
                each ->
                    each.getKey().equals(name)
                        || each.getKey().startsWith(name + "{")
                        || (name.indexOf('{') > 0 && each.getKey().startsWith(name)))
            .mapToDouble(Map.Entry::getValue)
            .toArray();
    double sum = 0;
    for (double each : found) {
      sum += each;
    }
    return found.length == 0 ? Double.NaN : sum;
  }
}
