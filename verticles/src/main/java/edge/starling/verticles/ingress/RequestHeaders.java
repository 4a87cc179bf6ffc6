package edge.starling.verticles.ingress;

import edge.starling.codecs.messages.Headers;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;

/** The header fields with which a function is called. */
final class RequestHeaders {
  private static final String FORWARDED_FOR = "X-Forwarded-For";
  private static final String FORWARDED_HOST = "X-Forwarded-Host";
  private static final String FORWARDED_PROTO = "X-Forwarded-Proto";
  private static final int ADDED = 12;

  private RequestHeaders() {}

  /** Those of the client's request, less what is meant for this node, and the call's own. */
  static Headers passedOn(Exchange exchange, int bodyLength) {
    MultiMap fields = exchange.request().headers();
    List<String> namesAndValues = new ArrayList<>(2 * fields.size() + ADDED);
    HopByHop hop = HopByHop.of(fields.getAll(HttpHeaders.CONNECTION));
    boolean chunked = fields.contains(HttpHeaders.TRANSFER_ENCODING);
    fields.forEach(
        (name, value) -> {
          if (!hop.drops(name) && isPassedOn(name)) {
            namesAndValues.add(name);
            namesAndValues.add(value);
          }
        });
    if (chunked) {
      add(namesAndValues, "Content-Length", Integer.toString(bodyLength));
    }
    addCallFields(exchange, namesAndValues);
    return new Headers(namesAndValues);
  }

  /** Those that a client chose for a described call, and the call's own. */
  static Headers chosen(Exchange exchange, List<String> chosen) {
    List<String> namesAndValues = new ArrayList<>(chosen);
    String key = exchange.request().headers().get("Idempotency-Key");
    if (key != null && !HeaderRules.has(chosen, "Idempotency-Key")) {
      add(namesAndValues, "Idempotency-Key", key);
    }
    addCallFields(exchange, namesAndValues);
    return new Headers(namesAndValues);
  }

  private static boolean isPassedOn(String name) {
    return switch (name.length()) {
      case 6 -> !name.equalsIgnoreCase("Expect");
      case 9 -> !name.equalsIgnoreCase("X-Call-Id");
      case 12 -> !name.equalsIgnoreCase("X-Start-Time");
      case 15 -> !name.equalsIgnoreCase(FORWARDED_FOR);
      default -> true;
    };
  }

  private static void addCallFields(Exchange exchange, List<String> namesAndValues) {
    HttpServerRequest request = exchange.request();
    MultiMap fields = request.headers();
    add(namesAndValues, "X-Call-Id", exchange.id().value());
    add(namesAndValues, "X-Start-Time", exchange.startTime());
    String client = request.remoteAddress().hostAddress();
    List<String> before = fields.getAll(FORWARDED_FOR);
    add(
        namesAndValues,
        FORWARDED_FOR,
        before.isEmpty() ? client : String.join(", ", before) + ", " + client);
    String host = fields.get(HttpHeaders.HOST);
    if (host != null && !HeaderRules.has(namesAndValues, FORWARDED_HOST)) {
      add(namesAndValues, FORWARDED_HOST, host);
    }
    if (!HeaderRules.has(namesAndValues, FORWARDED_PROTO)) {
      add(namesAndValues, FORWARDED_PROTO, request.scheme());
    }
  }

  private static void add(List<String> namesAndValues, String name, String value) {
    namesAndValues.add(name);
    namesAndValues.add(value);
  }
}
