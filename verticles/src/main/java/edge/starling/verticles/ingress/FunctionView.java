package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.codecs.messages.NodeId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A function as JSON has it.
 *
 * @param env the names of its variables, sorted; the values may be secrets
 * @param capacity of its own; null where each node's counts
 * @param policy of its own; null where each node's counts
 * @param countsMissing providers that did not tell their counts in time; null when all did
 */
record FunctionView(
    String name,
    String namespace,
    String version,
    String runtime,
    String form,
    int memoryMb,
    long timeoutMs,
    List<String> env,
    Map<String, String> labels,
    @Nullable String capacity,
    @Nullable String policy,
    File handler,
    @Nullable File requirements,
    String deployedAt,
    List<String> providers,
    Counts counts,
    @Nullable List<String> countsMissing) {

  /** An artefact. */
  record File(String file, String sha256, long bytes) {
    static File of(Artefact artefact) {
      return new File(artefact.fileName(), artefact.sha256(), artefact.length());
    }
  }

  /** The sum over the providers, each since its start. */
  record Counts(long completed, long failed, long refused, long running, long queued) {
    static Counts of(List<Counted> each) {
      return new Counts(
          each.stream().mapToLong(Counted::completed).sum(),
          each.stream().mapToLong(Counted::failed).sum(),
          each.stream().mapToLong(Counted::refused).sum(),
          each.stream().mapToLong(Counted::running).sum(),
          each.stream().mapToLong(Counted::queued).sum());
    }
  }

  /** One line of a list. */
  record Summary(
      String name,
      String namespace,
      String version,
      String runtime,
      String form,
      List<String> providers) {
    static Summary of(Entry entry) {
      Description description = entry.description();
      return new Summary(
          description.name().shortest(),
          description.name().namespace(),
          description.version().toString(),
          lower(description.settings().runtime()),
          lower(description.form()),
          names(entry.providers()));
    }
  }

  /**
   * A page of a list.
   *
   * @param next where the following page is; null on the last
   */
  record Page(List<Summary> functions, @Nullable String next) {}

  static FunctionView of(Entry entry, List<Counted> counts, List<NodeId> silent) {
    Description description = entry.description();
    Artefact requirements = description.requirements();
    Capacity capacity = description.settings().capacity();
    return new FunctionView(
        description.name().shortest(),
        description.name().namespace(),
        description.version().toString(),
        lower(description.settings().runtime()),
        lower(description.form()),
        description.settings().memoryMiB(),
        description.settings().timeout().toMillis(),
        description.settings().env().keySet().stream().sorted().toList(),
        new TreeMap<>(description.settings().labels()),
        capacity == null ? null : capacity.toString(),
        description.settings().policy(),
        File.of(description.handler()),
        requirements == null ? null : File.of(requirements),
        description.deployedAt().toString(),
        names(entry.providers()),
        Counts.of(counts),
        silent.isEmpty() ? null : names(silent));
  }

  private static List<String> names(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::name).toList();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
