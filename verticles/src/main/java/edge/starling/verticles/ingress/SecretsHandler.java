package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.ERASE_LINE;
import static edge.starling.codecs.messages.Addresses.LINES;
import static edge.starling.codecs.messages.Addresses.WRITE_LINE;

import com.fasterxml.jackson.databind.JsonNode;
import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.LedgerMessage.AskLines;
import edge.starling.codecs.messages.LedgerMessage.Change;
import edge.starling.codecs.messages.LedgerMessage.EraseLine;
import edge.starling.codecs.messages.LedgerMessage.Kind;
import edge.starling.codecs.messages.LedgerMessage.Line;
import edge.starling.codecs.messages.LedgerMessage.Provided;
import edge.starling.codecs.messages.LedgerMessage.WriteLine;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Secrets as clients of OpenFaaS keep them. Their values go in, and never out again but to the
 * functions that name them. A secret is called as functions are.
 */
final class SecretsHandler {
  private final Bus bus;
  private final NamespacesHandler namespaces;

  SecretsHandler(Bus bus, NamespacesHandler namespaces) {
    this.bus = bus;
    this.namespaces = namespaces;
  }

  /** One line of the list. */
  private record Secret(String name, String namespace) {
    static Secret of(Line line) {
      FunctionName name = FunctionName.parse(line.name());
      return new Secret(name.name(), name.namespace());
    }
  }

  /** {@code GET /system/secrets}: of one namespace. */
  void list(Exchange exchange) {
    String namespace = OpenFaasNames.namespace(exchange.request().getParam("namespace"));
    namespaces
        .check(namespace)
        .compose(known -> lines())
        .map(
            all ->
                all.stream()
                    .map(Secret::of)
                    .filter(secret -> secret.namespace().equals(namespace))
                    .toList())
        .onComplete(secrets -> exchange.openFaas(200, secrets), fault -> exchange.fail(fault));
  }

  /** {@code POST /system/secrets}: one that is there gets the new value. */
  void create(Exchange exchange, Bytes document) {
    OpenFaasDocument json = OpenFaasDocument.parse(document.array());
    FunctionName name = json.function("name");
    Bytes value = value(json);
    namespaces
        .check(name.namespace())
        .compose(known -> write(name, value, Provided.ANYHOW))
        .onComplete(done -> exchange.empty(201), fault -> exchange.fail(fault));
  }

  /** {@code PUT /system/secrets}. */
  void update(Exchange exchange, Bytes document) {
    OpenFaasDocument json = OpenFaasDocument.parse(document.array());
    write(json.function("name"), value(json), Provided.PRESENT)
        .onComplete(done -> exchange.empty(202), fault -> exchange.fail(fault));
  }

  /** {@code DELETE /system/secrets}. */
  void remove(Exchange exchange, Bytes document) {
    FunctionName name = OpenFaasDocument.parse(document.array()).function("name");
    bus.request(ERASE_LINE, new EraseLine(Kind.SECRET, name.toString()))
        .compose(changed -> done(changed.change()))
        .onComplete(done -> exchange.empty(202), fault -> exchange.fail(fault));
  }

  /** Fails with 400 where one of these secrets is not there. */
  Future<?> check(List<String> secrets, String namespace) {
    if (secrets.isEmpty()) {
      return Future.succeededFuture();
    }
    return lines()
        .compose(
            all -> {
              Set<String> known = all.stream().map(Line::name).collect(Collectors.toSet());
              return secrets.stream()
                  .filter(secret -> !known.contains(secret + "." + namespace))
                  .findFirst()
                  .map(
                      missing ->
                          Future.failedFuture(
                              Unacceptable.malformed("unable to find secret: " + missing)))
                  .orElseGet(Future::succeededFuture);
            });
  }

  private Future<List<Line>> lines() {
    return bus.request(LINES, new AskLines(Kind.SECRET)).map(all -> all.lines());
  }

  private Future<?> write(FunctionName name, Bytes value, Provided provided) {
    return bus.request(WRITE_LINE, new WriteLine(Kind.SECRET, name.toString(), value, provided))
        .compose(changed -> done(changed.change()));
  }

  /** {@code value} is text, {@code rawValue} base64. */
  private static Bytes value(OpenFaasDocument json) {
    JsonNode raw = json.member("rawValue");
    if (raw == null) {
      String text = json.text("value");
      return OpenFaasDocument.content((text == null ? "" : text).getBytes(StandardCharsets.UTF_8));
    }
    try {
      if (raw.isTextual()) {
        return OpenFaasDocument.content(Base64.getDecoder().decode(raw.textValue()));
      }
    } catch (IllegalArgumentException e) {
      // the message would show what stands there
    }
    throw Unacceptable.malformed("rawValue must be base64");
  }

  private static Future<?> done(Change change) {
    return switch (change) {
      case DONE -> Future.succeededFuture();
      case NOT_SO ->
          Future.failedFuture(
              new Unacceptable(
                  Problem.of(404, "unknown-secret", "No such secret", "secret not found")));
      case FULL -> Future.failedFuture(new Unacceptable(Problem.ledgerFull()));
    };
  }
}
