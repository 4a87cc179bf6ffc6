package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Response;
import edge.starling.verticles.invoker.Run.Answered;
import edge.starling.verticles.invoker.Run.Broke;
import edge.starling.verticles.invoker.Run.Ending;
import edge.starling.verticles.invoker.Run.NotTaken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers as real gateways have given them. */
class GatewayAnswerTest {
  private static final Headers TEXT = Headers.of("Content-Type", "text/plain; charset=utf-8");
  private static final Headers MARKED = TEXT.with("X-OpenFaaS-Internal", "proxy");

  private static Response response(int status, Headers headers, String body) {
    return new Response(status, headers, Body.utf8(body));
  }

  @Test
  void aFunctionThatTheGatewayDoesNotKnowHasNotRun() {
    Ending ending =
        GatewayAnswer.ending(
            response(
                404,
                TEXT,
                "error finding function nope.openfaas-fn: server returned non-200 status code (404)"
                    + " for function, nope, body: "));

    assertThat(ending)
        .isInstanceOfSatisfying(
            NotTaken.class,
            notTaken -> assertThat(notTaken.reason()).isEqualTo(Reason.RUNTIME_DOWN));
  }

  @Test
  void aFunctionWithoutReplicasHasNotRun() {
    assertThat(GatewayAnswer.ending(response(503, TEXT, "No endpoints available for: nope.\n")))
        .isInstanceOf(NotTaken.class);
    assertThat(GatewayAnswer.ending(response(503, MARKED, "No endpoints available for: nope.\n")))
        .isInstanceOf(NotTaken.class);
    assertThat(GatewayAnswer.ending(response(500, MARKED, "Failed to resolve service: nope.\n")))
        .isInstanceOf(NotTaken.class);
  }

  @Test
  void whatMayHaveRunIsNotRunAgain() {
    assertThat(GatewayAnswer.ending(response(502, Headers.NONE, "")))
        .isInstanceOfSatisfying(
            Broke.class, broke -> assertThat(broke.detail()).contains("within its own time"));
    assertThat(GatewayAnswer.ending(response(500, TEXT, "Can't reach service for: slow.\n")))
        .isInstanceOfSatisfying(
            Broke.class,
            broke -> assertThat(broke.detail()).contains("500: Can't reach service for: slow."));
    assertThat(GatewayAnswer.ending(response(504, MARKED, "something new")))
        .isInstanceOf(Broke.class);
  }

  @ParameterizedTest
  @CsvSource({
    "200, error finding function x",
    "404, no such thing",
    "404, ''",
    "418, No endpoints available for: x",
    "429, concurrent request limit exceeded",
    "500, exit status 1",
    "500, Failed to resolve service: mine",
    "502, a proxy of the function's own",
    "503, later",
    "504, ''",
  })
  void allElseIsTheFunctionsOwn(int status, String body) {
    Response response = response(status, TEXT, body);

    assertThat(GatewayAnswer.ending(response)).isEqualTo(new Answered(response));
  }

  @Test
  void aLongBodyIsTheFunctionsOwnWhateverItBeginsWith() {
    Response response = response(404, TEXT, "error finding function " + "x".repeat(2_000));

    assertThat(GatewayAnswer.ending(response)).isInstanceOf(Answered.class);
  }
}
