package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An image as a gateway would get it from a registry, unpacked, and run without a container. */
final class PulledImage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path root;
  private final JsonNode manifest;
  private final JsonNode config;

  /**
   * @param name with a digest
   * @param root where its files come
   */
  PulledImage(String name, Path root) throws IOException, InterruptedException {
    this.root = root;
    String registry = name.substring(0, name.indexOf('/'));
    String repository =
        name.substring(name.indexOf('/') + 1, name.lastIndexOf(':', name.indexOf('@')));
    String digest = name.substring(name.indexOf('@') + 1);
    URI base = URI.create("http://" + registry + "/v2/" + repository + "/");
    manifest = JSON.readTree(get(base.resolve("manifests/" + digest), digest));
    config =
        JSON.readTree(blob(base, manifest.path("config").path("digest").asText())).path("config");
    for (JsonNode layer : manifest.path("layers")) {
      unpack(blob(base, layer.path("digest").asText()));
    }
  }

  JsonNode config() {
    return config;
  }

  int layers() {
    return manifest.path("layers").size();
  }

  Path file(String pathInImage) {
    return root.resolve(pathInImage.substring(1));
  }

  /** Its own command, with its own environment, in its own folder. */
  FunctionServer run(Map<String, String> more) throws IOException {
    List<String> command = new ArrayList<>();
    for (JsonNode part : config.path("Entrypoint")) {
      String text = part.asText();
      command.add(text.startsWith("/") ? file(text).toString() : text);
    }
    Map<String, String> env = new HashMap<>(more);
    for (JsonNode variable : config.path("Env")) {
      String[] parts = variable.asText().split("=", 2);
      env.put(parts[0], parts[1]);
    }
    return new FunctionServer(command, file(config.path("WorkingDir").asText()), env);
  }

  private byte[] blob(URI base, String digest) throws IOException, InterruptedException {
    return get(base.resolve("blobs/" + digest), digest);
  }

  private byte[] get(URI uri, String digest) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(uri)
                .header("Accept", "application/vnd.docker.distribution.manifest.v2+json")
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(TestRegistry.digest(answer.body())).isEqualTo(digest);
    return answer.body();
  }

  private void unpack(byte[] layer) throws IOException, InterruptedException {
    Process tar =
        new ProcessBuilder(
                "tar", "-xzf", "-", "--no-same-owner", "--warning=none", "-C", root.toString())
            .inheritIO()
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
    try (OutputStream in = tar.getOutputStream()) {
      in.write(layer);
    }
    assertThat(tar.waitFor()).isZero();
  }
}
