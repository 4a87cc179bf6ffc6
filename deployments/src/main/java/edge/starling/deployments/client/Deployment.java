package edge.starling.deployments.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.mizosoft.methanol.MediaType;
import com.github.mizosoft.methanol.MultipartBodyPublisher;
import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as the node's form takes it. What is null is not named, so that an update keeps it.
 *
 * @param handler null to have the node fetch it from a provider
 * @param image an OCI image in place of a handler
 */
public record Deployment(
    @Nullable String name,
    @Nullable Path handler,
    @Nullable Path requirements,
    @Nullable String image,
    @Nullable String runtime,
    @Nullable Integer memoryMb,
    @Nullable Duration timeout,
    @Nullable Map<String, String> env,
    @Nullable Map<String, String> labels,
    @Nullable String capacity,
    @Nullable String policy) {

  /** Of a handler, with the node's own capacity and policy, or those that the function has. */
  public Deployment(
      @Nullable String name,
      @Nullable Path handler,
      @Nullable Path requirements,
      @Nullable String runtime,
      @Nullable Integer memoryMb,
      @Nullable Duration timeout,
      @Nullable Map<String, String> env,
      @Nullable Map<String, String> labels) {
    this(name, handler, requirements, null, runtime, memoryMb, timeout, env, labels, null, null);
  }

  /** A file under a name, all else by default. */
  public static Deployment of(String name, Path handler) {
    return new Deployment(name, handler, null, null, null, null, null, null);
  }

  public Deployment withEnv(Map<String, String> variables) {
    return new Deployment(
        name,
        handler,
        requirements,
        image,
        runtime,
        memoryMb,
        timeout,
        variables,
        labels,
        capacity,
        policy);
  }

  /**
   * The fields of the form; empty when nothing is named but what the path says already.
   *
   * @param nameInForm whether the name is a field, rather than in the path
   */
  public Optional<MultipartBodyPublisher> form(boolean nameInForm) throws FileNotFoundException {
    var form = MultipartBodyPublisher.newBuilder();
    Map<String, String> texts = texts(nameInForm);
    texts.forEach(form::textPart);
    if (handler != null) {
      addFile(form, "handler", handler);
    }
    if (requirements != null) {
      addFile(form, "requirements", requirements);
    }
    return texts.isEmpty() && handler == null && requirements == null
        ? Optional.empty()
        : Optional.of(form.build());
  }

  private Map<String, String> texts(boolean nameInForm) {
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, "name", nameInForm ? name : null);
    put(texts, "image", image);
    put(texts, "runtime", runtime);
    put(texts, "memory_mb", memoryMb);
    put(texts, "timeout_ms", timeout == null ? null : timeout.toMillis());
    put(texts, "env", env == null ? null : json(env));
    put(texts, "labels", labels == null ? null : json(labels));
    put(texts, "capacity", capacity);
    put(texts, "policy", policy);
    return texts;
  }

  private static void put(Map<String, String> texts, String field, @Nullable Object value) {
    if (value != null) {
      texts.put(field, value.toString());
    }
  }

  private static ObjectNode json(Map<String, String> entries) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    entries.forEach(object::put);
    return object;
  }

  private static void addFile(MultipartBodyPublisher.Builder form, String field, Path file)
      throws FileNotFoundException {
    form.formPart(
        field,
        String.valueOf(file.getFileName()),
        BodyPublishers.ofFile(file),
        MediaType.APPLICATION_OCTET_STREAM);
  }
}
