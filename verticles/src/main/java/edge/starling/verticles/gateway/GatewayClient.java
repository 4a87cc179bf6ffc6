package edge.starling.verticles.gateway;

import com.fasterxml.jackson.core.type.TypeReference;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Speaks the management API of an OpenFaaS gateway. Every method fails with a {@link GatewayFault}
 * where the gateway does not answer or does not do it. Confined to one event loop.
 */
final class GatewayClient {
  /** That are told before those that follow. */
  private static final int LAST_LINES = 500;

  private final GatewayHttpClient http;
  private final Duration deploymentPatience;

  /**
   * @param deploymentPatience for what may have the gateway fetch an image first
   */
  GatewayClient(GatewayHttpClient http, Duration deploymentPatience) {
    this.http = http;
    this.deploymentPatience = deploymentPatience;
  }

  /** All functions of all namespaces. */
  Future<List<GatewayFunction>> list() {
    return namespaces()
        .compose(
            namespaces -> {
              List<Future<List<GatewayFunction>>> lists =
                  namespaces.stream().map(this::list).toList();
              return Future.all(lists)
                  .map(all -> lists.stream().flatMap(list -> list.result().stream()).toList());
            });
  }

  Future<Optional<GatewayFunction>> status(FunctionName function) {
    return http.send(
            HttpMethod.GET, "/system/function/" + function.name() + inNamespace(function), null)
        .compose(
            answer ->
                answer.status() == 404
                    ? Future.succeededFuture(Optional.empty())
                    : http.read(answer, new TypeReference<GatewayFunction>() {}).map(Optional::of));
  }

  /** A new function. */
  Future<Void> deploy(Description description, String image) {
    return deploy(HttpMethod.POST, GatewayDeployment.of(description, image));
  }

  /** Another version of one that it has. */
  Future<Void> update(Description description, String image) {
    return deploy(HttpMethod.PUT, GatewayDeployment.of(description, image));
  }

  /** Harmless where it has none. */
  Future<Void> remove(FunctionName function) {
    return http.send(
            HttpMethod.DELETE, "/system/functions", named("functionName", function, Map.of()))
        .compose(
            answer ->
                answer.status() == 404 ? Future.succeededFuture(answer) : http.successful(answer))
        .mapEmpty();
  }

  Future<Void> scale(FunctionName function, int replicas) {
    return change(
        HttpMethod.POST,
        "/system/scale-function/" + function.name() + inNamespace(function),
        named("serviceName", function, Map.of("replicas", replicas)));
  }

  /** In place of any secret of that name. */
  Future<Void> putSecret(FunctionName reader, String name, Bytes value) {
    Map<String, Object> secret = new HashMap<>();
    secret.put("name", name);
    if (isText(value.array())) {
      secret.put("value", value.utf8());
    } else {
      secret.put("rawValue", value.array());
    }
    String namespace = GatewayDeployment.namespace(reader);
    if (namespace != null) {
      secret.put("namespace", namespace);
    }
    return change(HttpMethod.POST, "/system/secrets", secret)
        .recover(taken -> change(HttpMethod.PUT, "/system/secrets", secret));
  }

  /**
   * Follows a function's log.
   *
   * @param since only lines after that; null for some of the last ones, and those that follow
   * @param told told several lines at once, never none
   */
  LogStreamClient follow(
      FunctionName function, @Nullable String since, Consumer<List<GatewayLine>> told) {
    String namespace = GatewayDeployment.namespace(function);
    String path =
        "/system/logs?follow=true&name="
            + function.name()
            + (namespace == null ? "" : "&namespace=" + namespace)
            + "&tail="
            + LAST_LINES
            + (since == null ? "" : "&since=" + URLEncoder.encode(since, StandardCharsets.UTF_8));
    LogStreamClient stream = new LogStreamClient(told);
    http.connectForLog(path)
        .onSuccess(request -> stream.begin(request, http))
        .onFailure(stream::fail);
    return stream;
  }

  private Future<List<String>> namespaces() {
    return http.send(HttpMethod.GET, "/system/namespaces", null)
        .compose(
            answer ->
                // not every gateway has them
                answer.status() == 404 || answer.status() == 501
                    ? Future.succeededFuture(List.<String>of())
                    : http.read(answer, new TypeReference<List<String>>() {}))
        .map(
            found -> {
              List<String> all = new ArrayList<>(found);
              if (all.isEmpty()) {
                all.add(FunctionName.DEFAULT_NAMESPACE);
              }
              return all;
            });
  }

  private Future<List<GatewayFunction>> list(String namespace) {
    String path =
        namespace.equals(FunctionName.DEFAULT_NAMESPACE)
            ? "/system/functions"
            : "/system/functions?namespace=" + namespace;
    return http.send(HttpMethod.GET, path, null)
        .compose(answer -> http.read(answer, new TypeReference<List<GatewayFunction>>() {}));
  }

  private Future<Void> change(HttpMethod method, String path, Object document) {
    return http.send(method, path, document).compose(http::successful).mapEmpty();
  }

  private Future<Void> deploy(HttpMethod method, GatewayDeployment deployment) {
    return http.send(method, "/system/functions", deployment, deploymentPatience)
        .compose(http::successful)
        .mapEmpty();
  }

  private static Map<String, Object> named(
      String key, FunctionName function, Map<String, Object> more) {
    Map<String, Object> document = new HashMap<>(more);
    document.put(key, function.name());
    String namespace = GatewayDeployment.namespace(function);
    if (namespace != null) {
      document.put("namespace", namespace);
    }
    return document;
  }

  private static boolean isText(byte[] value) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static String inNamespace(FunctionName function) {
    String namespace = GatewayDeployment.namespace(function);
    return namespace == null ? "" : "?namespace=" + namespace;
  }
}
