package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A registry in memory: what the distribution specification asks for to push and pull. It takes
 * nothing on trust: every digest is computed, and a manifest needs all that it names.
 */
final class TestRegistry implements AutoCloseable {
  private static final Pattern MANIFEST = Pattern.compile("/v2/(.+)/manifests/([^/]+)");
  private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/(sha256:[0-9a-f]{64})");
  private static final Pattern UPLOAD = Pattern.compile("/v2/(.+)/blobs/uploads/([^/]*)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Manifest(String type, byte[] content) {}

  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, Manifest> manifests = new ConcurrentHashMap<>();
  private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
  private final AtomicInteger pushes = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final PlainFront front;
  private final @Nullable String authorization;
  private volatile boolean isSilent;
  private volatile boolean isForgetful;

  /** That asks nobody who they are. */
  TestRegistry() throws IOException {
    this(null, 0);
  }

  /**
   * @param userAndPassword with a colon between them
   */
  TestRegistry(@Nullable String userAndPassword) throws IOException {
    this(userAndPassword, 0);
  }

  /**
   * @param port 0 for any
   */
  TestRegistry(@Nullable String userAndPassword, int port) throws IOException {
    authorization =
        userAndPassword == null
            ? null
            : "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(UTF_8));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
    front = new PlainFront(port, server.getAddress().getPort(), threads);
  }

  String address() {
    return "127.0.0.1:" + front.port();
  }

  /** How many blobs and manifests it was given. */
  int pushes() {
    return pushes.get();
  }

  /** From now on no request is answered. */
  void fallSilent() {
    isSilent = true;
  }

  /** From now on it cannot keep manifests. */
  void becomeForgetful() {
    isForgetful = true;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (isSilent) {
        closed.await();
      }
      String given = exchange.getRequestHeaders().getFirst("Authorization");
      if (authorization != null && !authorization.equals(given)) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"test\"");
        fail(exchange, 401, "UNAUTHORIZED");
        return;
      }
      String path = exchange.getRequestURI().getPath();
      Matcher manifest = MANIFEST.matcher(path);
      Matcher blob = BLOB.matcher(path);
      Matcher upload = UPLOAD.matcher(path);
      if (path.equals("/v2/")) {
        answer(exchange, 200, "application/json", "{}".getBytes(UTF_8));
      } else if (manifest.matches()) {
        manifest(exchange, manifest.group(1), manifest.group(2));
      } else if (blob.matches()) {
        blob(exchange, blob.group(2));
      } else if (upload.matches()) {
        upload(exchange, upload.group(1), upload.group(2));
      } else {
        fail(exchange, 404, "UNSUPPORTED");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void manifest(HttpExchange exchange, String repository, String reference)
      throws IOException {
    if (!exchange.getRequestMethod().equals("PUT")) {
      Manifest found = manifests.get(repository + "@" + reference);
      if (found == null) {
        boolean known = manifests.keySet().stream().anyMatch(k -> k.startsWith(repository + "@"));
        fail(exchange, 404, known ? "MANIFEST_UNKNOWN" : "NAME_UNKNOWN");
        return;
      }
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest(found.content));
      answer(exchange, 200, found.type, found.content);
      return;
    }
    byte[] content = exchange.getRequestBody().readAllBytes();
    String digest = digest(content);
    if (isForgetful) {
      fail(exchange, 500, "UNKNOWN");
    } else if (reference.startsWith("sha256:") && !reference.equals(digest)) {
      fail(exchange, 400, "DIGEST_INVALID");
    } else if (!hasAllOf(JSON.readTree(content))) {
      fail(exchange, 400, "MANIFEST_BLOB_UNKNOWN");
    } else {
      pushes.incrementAndGet();
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      manifests.put(repository + "@" + reference, new Manifest(type, content));
      manifests.put(repository + "@" + digest, new Manifest(type, content));
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
      answer(exchange, 201, null, new byte[0]);
    }
  }

  private boolean hasAllOf(JsonNode manifest) {
    List<JsonNode> named = new ArrayList<>();
    named.add(manifest.path("config"));
    manifest.path("layers").forEach(named::add);
    return named.stream()
        .allMatch(
            one -> {
              byte[] blob = blobs.get(one.path("digest").asText());
              return blob != null && blob.length == one.path("size").asLong();
            });
  }

  private void blob(HttpExchange exchange, String digest) throws IOException {
    byte[] found = blobs.get(digest);
    if (found == null) {
      fail(exchange, 404, "BLOB_UNKNOWN");
    } else {
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
      answer(exchange, 200, "application/octet-stream", found);
    }
  }

  private void upload(HttpExchange exchange, String repository, String id) throws IOException {
    Map<String, String> query = query(exchange);
    if (exchange.getRequestMethod().equals("POST")) {
      String wanted = query.get("mount");
      if (wanted != null && blobs.containsKey(wanted)) {
        answer(exchange, 201, null, new byte[0]);
        return;
      }
      String started = UUID.randomUUID().toString();
      uploads.put(started, new ByteArrayOutputStream());
      next(exchange, repository, started);
      return;
    }
    ByteArrayOutputStream content = uploads.get(id);
    if (content == null) {
      fail(exchange, 404, "BLOB_UPLOAD_UNKNOWN");
      return;
    }
    exchange.getRequestBody().transferTo(content);
    if (exchange.getRequestMethod().equals("PATCH")) {
      next(exchange, repository, id);
      return;
    }
    uploads.remove(id);
    String digest = digest(content.toByteArray());
    if (!digest.equals(query.get("digest"))) {
      fail(exchange, 400, "DIGEST_INVALID");
      return;
    }
    pushes.incrementAndGet();
    blobs.put(digest, content.toByteArray());
    answer(exchange, 201, null, new byte[0]);
  }

  private static void next(HttpExchange exchange, String repository, String id) throws IOException {
    exchange.getResponseHeaders().set("Location", "/v2/" + repository + "/blobs/uploads/" + id);
    answer(exchange, 202, null, new byte[0]);
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> found = new ConcurrentHashMap<>();
    String query = exchange.getRequestURI().getQuery();
    for (String pair : query == null ? new String[0] : query.split("&")) {
      String[] parts = pair.split("=", 2);
      found.put(parts[0], parts.length > 1 ? parts[1] : "");
    }
    return found;
  }

  private static void fail(HttpExchange exchange, int status, String code) throws IOException {
    String document =
        "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"it is " + code + "\"}]}";
    answer(exchange, status, "application/json", document.getBytes(UTF_8));
  }

  private static void answer(
      HttpExchange exchange, int status, @Nullable String type, byte[] content) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (type != null) {
      exchange.getResponseHeaders().set("Content-Type", type);
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
    exchange.getResponseBody().write(content);
  }

  static String digest(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    front.close();
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  /** Pushes the image {@code base:1}, on which others stand; it has no Python. */
  static void pushBase(String address, Path cache) throws Exception {
    Path marker =
        Files.writeString(Files.createDirectories(cache).resolve("os-release"), "ID=test");
    Jib.fromScratch()
        .addLayer(List.of(marker), AbsoluteUnixPath.get("/etc"))
        .addEnvironmentVariable("OF_BASE", "kept")
        .containerize(
            Containerizer.to(RegistryImage.named(address + "/base:1"))
                .setApplicationLayersCache(cache)
                .setBaseImageLayersCache(cache)
                .setAllowInsecureRegistries(true));
  }
}
