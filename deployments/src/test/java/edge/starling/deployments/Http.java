package edge.starling.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.mizosoft.methanol.MediaType;
import com.github.mizosoft.methanol.MultipartBodyPublisher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What tests send to nodes, and how they read the answers. Thread-safe. */
final class Http {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.uri(), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  CompletableFuture<HttpResponse<byte[]>> sendLater(HttpRequest request) {
    return client.sendAsync(request, BodyHandlers.ofByteArray());
  }

  static HttpRequest with(HttpRequest.Builder request, String method, MultipartBodyPublisher form) {
    return request.method(method, form).header("Content-Type", form.mediaType().toString()).build();
  }

  /**
   * The form of a deployment.
   *
   * @param fields a name, its value, the next name, …; the value of {@code requirements} is the
   *     path of the file
   */
  static MultipartBodyPublisher form(@Nullable Path handler, String... fields) {
    MultipartBodyPublisher.Builder form = MultipartBodyPublisher.newBuilder();
    try {
      if (handler != null) {
        form.filePart("handler", handler, MediaType.APPLICATION_OCTET_STREAM);
      }
      for (int i = 0; i < fields.length; i += 2) {
        if (fields[i].equals("requirements")) {
          form.filePart(fields[i], Path.of(fields[i + 1]), MediaType.TEXT_PLAIN);
        } else {
          form.textPart(fields[i], fields[i + 1]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return form.build();
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    return json(text(response));
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  /** The value in JSON. */
  static String quoted(String text) {
    return JSON.getNodeFactory().textNode(text).toString();
  }

  static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  /** Empty where there is none. */
  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** The problem that the answer tells, which has all that a problem must have; its detail. */
  static String problem(HttpResponse<byte[]> answer, int status, String type) {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
    JsonNode problem = json(answer);
    assertThat(problem.path("type").asText()).isEqualTo("urn:starling:problem:" + type);
    assertThat(problem.path("title").asText()).isNotBlank();
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("instance").asText())
        .isEqualTo("urn:uuid:" + header(answer, "X-Call-Id"));
    return problem.path("detail").asText();
  }
}
