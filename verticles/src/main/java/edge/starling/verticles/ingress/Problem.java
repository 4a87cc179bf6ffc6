package edge.starling.verticles.ingress;

import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.ConfigurationMessage.NotChanged;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Outcome.Why;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that tells what went wrong (RFC 9457). This is the one place that turns outcomes into
 * statuses.
 *
 * @param type the last part of its URN
 * @param detail for the caller: what was wrong here, and what is allowed
 * @param retryAfter when a further try makes sense; null where it makes none
 * @param started whether the call had started, where nobody knows: {@code unknown}; else null
 */
record Problem(
    int status,
    String type,
    String title,
    String detail,
    @Nullable Duration retryAfter,
    @Nullable String started) {
  private static final String URN = "urn:starling:problem:";
  static final Duration SOON = Duration.ofSeconds(1);

  static Problem of(int status, String type, String title, String detail) {
    return new Problem(status, type, title, detail, null, null);
  }

  static Problem unavailable(String type, String title, String detail, Duration retryAfter) {
    return new Problem(503, type, title, detail, retryAfter, null);
  }

  static Problem malformed(String detail) {
    return of(400, "malformed-request", "The request is malformed", detail);
  }

  static Problem unknownFunction(String detail) {
    return of(Failure.UNKNOWN_FUNCTION, detail);
  }

  static Problem methodNotAllowed(String allowed) {
    return of(405, "method-not-allowed", "The method is not allowed", "allowed are " + allowed);
  }

  static Problem taken(String detail) {
    return of(409, "taken", "The name is taken", detail);
  }

  static Problem ledgerFull() {
    return of(507, "ledger-full", "No room", "the nodes keep no further namespaces and secrets");
  }

  static Problem unauthorized() {
    return of(401, "unauthorized", "Who are you?", "invalid credentials");
  }

  static Problem notAsynchronous() {
    return of(
        501,
        "switched-off",
        "Asynchronous calls are not switched on",
        "this node takes none: they need Kafka, which it cannot be given yet; call it by /function/");
  }

  static Problem deadline(String detail) {
    return of(Failure.DEADLINE, detail);
  }

  static Problem bodyTooLarge(String setting, long limit) {
    return of(
        413,
        "body-too-large",
        "The body is over the limit",
        "a body may have " + limit + " bytes (" + setting + ")");
  }

  static Problem bytesInFlight() {
    return unavailable(
        "bytes-in-flight",
        "Too many bytes in flight",
        "the bodies that this node holds have reached http.bytes-in-flight",
        SOON);
  }

  static Problem badAnswer(String detail) {
    return of(Failure.RUNTIME_ERROR, detail);
  }

  static Problem bodyLost() {
    return of(Failure.BODY_LOST, "the node that holds the body could not be read from any more");
  }

  /** Nobody took the call. */
  static Problem of(Refused refused) {
    Reason reason = refused.reason();
    String by = refused.by().name();
    return reason == Reason.BODY_TOO_LARGE
        ? of(reason, by + " holds no body of this size (http.bytes-in-flight)")
        : new Problem(
            reason.status(),
            reason.type(),
            reason.title(),
            detail(reason, by),
            refused.retryAfter(),
            null);
  }

  private static String detail(Reason reason, String by) {
    return switch (reason) {
      case QUEUE_FULL ->
          "slots and queues of the nodes that have it are full (invoker.slots, invoker.queue);"
              + lastAsked(by);
      case OVER_RATE ->
          "the nodes that have it take no more calls a second (capacity.rate, or the function's own"
              + " capacity);"
              + lastAsked(by);
      case OVER_CPU ->
          "the processors of the nodes that have it are too busy (capacity.cpu, or the function's"
              + " own capacity);"
              + lastAsked(by);
      case FUNCTION_FULL ->
          "it runs as many calls at once as it takes (max_inflight) on the nodes that have it;"
              + lastAsked(by);
      case RUNTIME_DOWN ->
          "the OpenFaaS gateway of "
              + by
              + " does not answer for it (runtimes.openfaas.gateway); try again later";
      case REJECTED ->
          "the policy of "
              + by
              + " sends it to none of the nodes that have it (routing.policy, or the function's own"
              + " policy)";
      default -> "refused by " + by + "; try again later";
    };
  }

  private static String lastAsked(String node) {
    return " the last one asked was " + node;
  }

  /** The call ended without an answer of its function. */
  static Problem of(Failed failed) {
    Failure failure = failed.failure();
    return failure == Failure.PROVIDER_LOST
        ? new Problem(
            failure.status(), failure.type(), failure.title(), failed.detail(), null, "unknown")
        : of(failure, failed.detail());
  }

  private static Problem of(Why why, String detail) {
    return of(why.status(), why.type(), why.title(), detail);
  }

  /** A deployment or a removal was not done. */
  static Problem of(Rejected rejected) {
    String detail = rejected.detail();
    String type = kebab(rejected.cause());
    return switch (rejected.cause()) {
      case INVALID -> malformed(detail);
      case TAKEN -> of(409, type, "The name is taken", detail);
      case CHANGED_MEANWHILE ->
          of(409, type, "Somebody else changed the function meanwhile", detail);
      case UNKNOWN -> unknownFunction(detail);
      case UNFIT -> of(422, type, "The function cannot be built or loaded", detail);
      case SWITCHED_OFF -> of(501, type, "The runtime is not switched on", detail);
      case RUNTIME_DOWN ->
          unavailable(type, "The function's runtime does not answer", detail, SOON);
      case NO_PROVIDER -> unavailable(type, "No provider of the function is alive", detail, SOON);
      case INDEX_SILENT ->
          unavailable(type, "The function could not be looked up in time", detail, SOON);
      case DRAINING -> unavailable(type, "The node is leaving", detail, SOON);
      case DEADLINE -> deadline(detail);
    };
  }

  /** Settings were not changed, or not on all nodes. */
  static Problem of(NotChanged notChanged) {
    String detail = notChanged.detail();
    String type = kebab(notChanged.obstacle());
    return switch (notChanged.obstacle()) {
      case INVALID -> malformed(detail);
      case UNREACHABLE -> unavailable(type, "A node cannot be reached", detail, SOON);
      case PARTLY_CHANGED -> unavailable(type, "Not every node has changed", detail, SOON);
      case TOO_MANY_CHANGES -> unavailable(type, "Too many changes at once", detail, SOON);
    };
  }

  /** A part of this node gave no answer. */
  static Problem of(Throwable fault) {
    if (fault instanceof Unacceptable unacceptable) {
      return unacceptable.problem();
    }
    if (fault instanceof BusError error && error.code() == BusError.Code.TIMED_OUT) {
      return deadline("this node did not get an answer in time");
    }
    if (fault instanceof BusError error && error.isSurelyNotTaken()) {
      return unavailable("draining", "The node is leaving", "try another node", SOON);
    }
    String code = fault instanceof BusError error ? " (" + error.code() + ")" : "";
    return of(500, "internal", "This node failed", "a part of this node gave no answer" + code);
  }

  /** The document, with the call's id as its instance. */
  byte[] document(String instance) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", URN + type);
    members.put("title", title);
    members.put("status", status);
    members.put("detail", detail);
    members.put("instance", "urn:uuid:" + instance);
    if (started != null) {
      members.put("started", started);
    }
    return Json.bytes(members);
  }

  private static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
