package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.Description.Resources;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.verticles.ingress.ImagesHandler.Runs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A function as clients of OpenFaaS read it.
 *
 * @param envVars with their values where a client of OpenFaaS had set them; else null
 * @param invocationCount calls that have ended with an answer, on all providers since their starts
 * @param replicas live providers, or what their gateways run
 */
record OpenFaasStatus(
    String name,
    String image,
    String namespace,
    @Nullable String envProcess,
    @Nullable Map<String, String> envVars,
    @Nullable List<String> constraints,
    @Nullable List<String> secrets,
    Map<String, String> labels,
    Map<String, String> annotations,
    @Nullable Resources limits,
    @Nullable Resources requests,
    @Nullable Boolean readOnlyRootFilesystem,
    long invocationCount,
    int replicas,
    int availableReplicas,
    String createdAt) {
  private static final OpenFaas NOTHING =
      new OpenFaas(null, null, List.of(), List.of(), Map.of(), null, null, false);

  static OpenFaasStatus of(Entry entry, long completed, Runs runs) {
    Description description = entry.description();
    OpenFaas given = description.settings().openFaas();
    OpenFaas said = given == null ? NOTHING : given;
    String image = said.image();
    return new OpenFaasStatus(
        description.name().name(),
        image == null ? ImageName.of(description) : image,
        description.name().namespace(),
        said.envProcess(),
        given == null ? null : unlessEmpty(description.settings().env()),
        unlessEmpty(said.constraints()),
        unlessEmpty(said.secrets()),
        new TreeMap<>(description.settings().labels()),
        new TreeMap<>(said.annotations()),
        said.limits(),
        said.requests(),
        said.readOnlyRootFilesystem() ? true : null,
        completed,
        runs.wanted(),
        runs.available(),
        description.deployedAt().toString());
  }

  private static @Nullable Map<String, String> unlessEmpty(Map<String, String> map) {
    return map.isEmpty() ? null : new TreeMap<>(map);
  }

  private static @Nullable List<String> unlessEmpty(List<String> list) {
    return list.isEmpty() ? null : list;
  }
}
