package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.OpenFaas;
import edge.starling.codecs.messages.Description.Resources;
import edge.starling.codecs.messages.Description.Settings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What makes two versions the same: SHA-256 of form, handler, requirements and settings, each with
 * its length before it and the maps in the order of their keys. File names do not count.
 */
final class ContentHash {
  private final MessageDigest digest = sha256();

  private ContentHash() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String of(Description description) {
    return of(
        description.form(),
        description.handler(),
        description.requirements(),
        description.settings());
  }

  static String of(
      Form form, Artefact handler, @Nullable Artefact requirements, Settings settings) {
    ContentHash hash = new ContentHash();
    hash.add(form.name());
    hash.add(handler.sha256());
    hash.add(requirements == null ? "" : requirements.sha256());
    hash.add(settings.runtime().name());
    hash.add(Integer.toString(settings.memoryMiB()));
    hash.add(settings.timeout().toString());
    hash.add(settings.env());
    hash.add(settings.labels());
    // Without them, what it was before there were any: versions keep their hashes.
    Capacity capacity = settings.capacity();
    if (capacity != null) {
      hash.add("capacity");
      hash.add(capacity.toString());
    }
    String policy = settings.policy();
    if (policy != null) {
      hash.add("policy");
      hash.add(policy);
    }
    OpenFaas openFaas = settings.openFaas();
    if (openFaas != null) {
      hash.add(openFaas);
    }
    return HexFormat.of().formatHex(hash.digest.digest());
  }

  private void add(OpenFaas openFaas) {
    add("openfaas");
    addOptional(openFaas.image());
    addOptional(openFaas.envProcess());
    add(openFaas.constraints());
    add(openFaas.secrets());
    add(openFaas.annotations());
    add(openFaas.limits());
    add(openFaas.requests());
    add(Boolean.toString(openFaas.readOnlyRootFilesystem()));
  }

  private void add(@Nullable Resources resources) {
    addOptional(resources == null ? null : resources.memory());
    addOptional(resources == null ? null : resources.cpu());
  }

  private void add(List<String> texts) {
    add(Integer.toString(texts.size()));
    texts.forEach(this::add);
  }

  private void addOptional(@Nullable String text) {
    add(text == null ? List.of() : List.of(text));
  }

  private void add(Map<String, String> map) {
    add(Integer.toString(map.size()));
    new TreeMap<>(map)
        .forEach(
            (key, value) -> {
              add(key);
              add(value);
            });
  }

  private void add(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, utf8.length));
    digest.update(utf8);
  }
}
