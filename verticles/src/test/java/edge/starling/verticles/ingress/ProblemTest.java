package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.bus.BusError;
import edge.starling.codecs.messages.DeploymentMessage.Cause;
import edge.starling.codecs.messages.DeploymentMessage.Rejected;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {
  private static final NodeId NODE = new NodeId("node-1", 1);

  @ParameterizedTest
  @EnumSource(value = Reason.class, names = "BODY_TOO_LARGE", mode = EnumSource.Mode.EXCLUDE)
  void everyRefusalThatMayPassHasItsStatusAndRetryAfter(Reason reason) {
    Problem problem =
        Problem.of(new Refused(reason, NODE, Occupancy.UNKNOWN, Duration.ofMillis(1500)));
    assertThat(problem.status()).isEqualTo(reason == Reason.FUNCTION_FULL ? 429 : 503);
    assertThat(problem.retryAfter()).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void aBodyThatNoProviderHoldsIs413() {
    Problem problem =
        Problem.of(
            new Refused(Reason.BODY_TOO_LARGE, NODE, Occupancy.UNKNOWN, Duration.ofMillis(1500)));
    assertThat(problem.status()).isEqualTo(413);
    assertThat(problem.retryAfter()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "UNKNOWN_FUNCTION, 404, unknown-function",
    "FUNCTION_ERROR, 500, function-error",
    "RUNTIME_ERROR, 502, runtime-error",
    "PROVIDER_LOST, 502, provider-lost",
    "DEADLINE, 504, deadline",
    "CANCELLED, 499, cancelled",
    "BODY_LOST, 502, body-lost"
  })
  void everyFailureHasItsStatus(Failure failure, int status, String type) {
    Problem problem = Problem.of(new Failed(failure, "why", NODE, 1, Duration.ZERO));
    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.type()).isEqualTo(type);
    assertThat(problem.detail()).isEqualTo("why");
  }

  @Test
  void aLostProviderSaysThatNobodyKnows() {
    Problem problem = Problem.of(new Failed(Failure.PROVIDER_LOST, "gone", NODE, 1, Duration.ZERO));
    assertThat(new String(problem.document("id-1"), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"type\":\"urn:starling:problem:provider-lost\","
                + "\"title\":\"The node that had the call is gone\",\"status\":502,"
                + "\"detail\":\"gone\",\"instance\":\"urn:uuid:id-1\",\"started\":\"unknown\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID, 400",
    "TAKEN, 409",
    "CHANGED_MEANWHILE, 409",
    "UNKNOWN, 404",
    "UNFIT, 422",
    "SWITCHED_OFF, 501",
    "NO_PROVIDER, 503",
    "DEADLINE, 504"
  })
  void everyRejectionHasItsStatus(Cause cause, int status) {
    Problem problem = Problem.of(new Rejected(cause, "why"));
    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.retryAfter() != null).isEqualTo(status == 503);
  }

  @ParameterizedTest
  @EnumSource(BusError.Code.class)
  void aPartIsSilentOrGoneOrBroken(BusError.Code code) {
    BusError error = new BusError(code, "x");
    int expected = code == BusError.Code.TIMED_OUT ? 504 : error.isSurelyNotTaken() ? 503 : 500;
    assertThat(Problem.of(error).status()).isEqualTo(expected);
    assertThat(Problem.of(error).retryAfter() != null).isEqualTo(expected == 503);
  }
}
