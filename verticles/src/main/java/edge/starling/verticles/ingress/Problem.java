package edge.starling.verticles.ingress;

import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
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
  private static final Duration SOON = Duration.ofSeconds(1);

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
    return of(404, "unknown-function", "No such function", detail);
  }

  static Problem methodNotAllowed(String allowed) {
    return of(405, "method-not-allowed", "The method is not allowed", "allowed are " + allowed);
  }

  static Problem deadline(String detail) {
    return of(504, "deadline", "The time was up", detail);
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
    return of(502, "runtime-error", "The function's runtime failed", detail);
  }

  static Problem bodyLost() {
    return of(
        502,
        "body-lost",
        "A body was lost",
        "the node that holds the body could not be read from any more");
  }

  /** Nobody took the call. */
  static Problem of(Refused refused) {
    String title =
        switch (refused.reason()) {
          case QUEUE_FULL -> "No node has room";
          case BODY_TOO_LARGE -> "The body is over the limit";
          case DRAINING -> "The node is leaving";
          case STOOD_STILL -> "The node has just stood still";
          case NOT_PROVIDED, NO_PROVIDER -> "No provider of the function is alive";
          case HOP_LIMIT -> "The call may not be forwarded any further";
          case INDEX_SILENT -> "The providers could not be looked up in time";
        };
    if (refused.reason() == Reason.BODY_TOO_LARGE) {
      return of(
          413,
          kebab(refused.reason()),
          title,
          refused.by().name() + " holds no body of this size (http.bytes-in-flight)");
    }
    return unavailable(
        kebab(refused.reason()),
        title,
        "refused by " + refused.by().name() + "; try again later",
        refused.retryAfter());
  }

  /** The call ended without an answer of its function. */
  static Problem of(Failed failed) {
    String type = kebab(failed.failure());
    String detail = failed.detail();
    return switch (failed.failure()) {
      case UNKNOWN_FUNCTION -> unknownFunction(detail);
      case FUNCTION_ERROR -> of(500, type, "The function failed", detail);
      case RUNTIME_ERROR -> badAnswer(detail);
      case PROVIDER_LOST ->
          new Problem(502, type, "The node that had the call is gone", detail, null, "unknown");
      case DEADLINE -> deadline(detail);
      case CANCELLED -> of(499, type, "The call was cancelled", detail);
      case BODY_LOST -> of(502, type, "A body was lost", detail);
    };
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
      case NO_PROVIDER -> unavailable(type, "No provider of the function is alive", detail, SOON);
      case INDEX_SILENT ->
          unavailable(type, "The function could not be looked up in time", detail, SOON);
      case DRAINING -> unavailable(type, "The node is leaving", detail, SOON);
      case DEADLINE -> deadline(detail);
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
