package edge.starling.loadtest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.loadtest.faults.CallEnding.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CheckerTest {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private long now;
  private final Map<String, List<Run>> runs = new HashMap<>();
  private final Troubles troubles = new Troubles(() -> now);
  private final Checker checker = new Checker(runs, troubles, DEADLINE);

  @Test
  void aCallThatRanOnceIsServed() {
    ran(1);

    assertThat(checker.judge(call("POST", served()))).isEqualTo(Verdict.SERVED);
  }

  @Test
  void aServedCallThatNeverRanIsLost() {
    assertThat(checker.judge(call("POST", served()))).isEqualTo(Verdict.NEVER_RAN);
  }

  @Test
  void anAnswerToAnotherCallIsWrong() {
    ran(1);
    CallEnding other = new CallEnding(Kind.ANSWERED, 200, "", false, false, "n1", 1, false, "");

    assertThat(checker.judge(call("POST", other))).isEqualTo(Verdict.WRONG_ANSWER);
  }

  @Test
  void onlyAnIdempotentCallMayRunTwice() {
    ran(2);

    assertThat(checker.judge(call("POST", served()))).isEqualTo(Verdict.RAN_TWICE);
    assertThat(checker.judge(call("GET", served()))).isEqualTo(Verdict.RUN_AGAIN_AS_ALLOWED);
    assertThat(checker.judge(keyed(served()))).isEqualTo(Verdict.RUN_AGAIN_AS_ALLOWED);
  }

  @Test
  void silenceOfANodeThatIsThereIsALoss() {
    CallEnding silence = CallEnding.without(Kind.SILENCE, "");
    assertThat(checker.judge(call("GET", silence))).isEqualTo(Verdict.LOST);

    broken(Trouble.Kind.CUT, "n1", "n2");
    assertThat(checker.judge(call("GET", silence))).isEqualTo(Verdict.LOST);
    broken(Trouble.Kind.STOPPED, "n1");
    assertThat(checker.judge(call("GET", silence))).isEqualTo(Verdict.FAILED_AS_ALLOWED);
  }

  @Test
  void aConnectionMayFailOnlyToANodeThatIsDown() {
    CallEnding refused = CallEnding.without(Kind.NOT_CONNECTED, "");
    broken(Trouble.Kind.KILLED, "n2");
    assertThat(checker.judge(call("GET", refused))).isEqualTo(Verdict.FAILED_WRONGLY);

    broken(Trouble.Kind.KILLED, "n1");
    assertThat(checker.judge(call("GET", refused))).isEqualTo(Verdict.FAILED_AS_ALLOWED);
  }

  @Test
  void aProviderIsLostOnlyInTroubleAndToCallsThatMayNotRunAgain() {
    CallEnding lost =
        new CallEnding(Kind.ANSWERED, 502, "provider-lost", true, false, "n1", 0, false, "");
    assertThat(checker.judge(call("POST", lost))).isEqualTo(Verdict.FAILED_WRONGLY);

    broken(Trouble.Kind.KILLED, "n2");
    assertThat(checker.judge(call("POST", lost))).isEqualTo(Verdict.FAILED_AS_ALLOWED);
    assertThat(checker.judge(call("GET", lost))).isEqualTo(Verdict.FAILED_WRONGLY);
    assertThat(checker.judge(keyed(lost))).isEqualTo(Verdict.FAILED_WRONGLY);
    CallEnding silent =
        new CallEnding(Kind.ANSWERED, 502, "provider-lost", false, false, "n1", 0, false, "");
    assertThat(checker.judge(call("POST", silent))).isEqualTo(Verdict.FAILED_WRONGLY);
  }

  @Test
  void aRefusalTellsWhenToComeAgain() {
    assertThat(checker.judge(call("POST", refused("queue-full", true))))
        .isEqualTo(Verdict.FAILED_AS_ALLOWED);
    assertThat(checker.judge(call("POST", refused("queue-full", false))))
        .isEqualTo(Verdict.FAILED_WRONGLY);
    assertThat(checker.judge(call("POST", refused("", true)))).isEqualTo(Verdict.FAILED_WRONGLY);
  }

  @Test
  void aProviderIsMissingOnlyInTrouble() {
    CallEnding missing = refused("no-provider", true);
    assertThat(checker.judge(call("POST", missing))).isEqualTo(Verdict.FAILED_WRONGLY);

    broken(Trouble.Kind.CUT, "n1", "n2");
    assertThat(checker.judge(call("POST", missing))).isEqualTo(Verdict.FAILED_AS_ALLOWED);
  }

  @Test
  void aRefusedCallMustNotHaveRun() {
    ran(1);

    assertThat(checker.judge(call("POST", refused("queue-full", true))))
        .isEqualTo(Verdict.RAN_ALTHOUGH_REFUSED);
    assertThat(checker.judge(call("GET", refused("queue-full", true))))
        .isEqualTo(Verdict.FAILED_AS_ALLOWED);
  }

  @Test
  void theTimeIsUpOnlyWhenItIs() {
    CallEnding late =
        new CallEnding(Kind.ANSWERED, 504, "deadline", false, false, "", 0, false, "");

    assertThat(checker.judge(call("POST", late, 5_000))).isEqualTo(Verdict.FAILED_AS_ALLOWED);
    assertThat(checker.judge(call("POST", late, 2_000))).isEqualTo(Verdict.FAILED_WRONGLY);
  }

  @Test
  void whatIsOverForLongIsNoExcuse() {
    CallEnding lost =
        new CallEnding(Kind.ANSWERED, 502, "provider-lost", true, false, "n1", 0, false, "");
    broken(Trouble.Kind.STOPPED, "n2");
    now = 1;
    troubles.end(EnumSet.of(Trouble.Kind.STOPPED), Set.of("n2"));

    long later = TimeUnit.SECONDS.toNanos(60);
    CallRecord call = new CallRecord(plan("POST", false), later, later + 1, lost);
    assertThat(checker.judge(call)).isEqualTo(Verdict.FAILED_WRONGLY);
  }

  @Test
  void anErrorOfTheNodeIsNeverAllowed() {
    CallEnding internal =
        new CallEnding(Kind.ANSWERED, 500, "internal", false, false, "n1", 0, false, "");
    broken(Trouble.Kind.KILLED, "n1");

    assertThat(checker.judge(call("GET", internal))).isEqualTo(Verdict.FAILED_WRONGLY);
  }

  private void ran(int times) {
    runs.put("call", Stream.generate(() -> new Run("call", "1", "/n1")).limit(times).toList());
  }

  private void broken(Trouble.Kind kind, String... nodes) {
    troubles.begin(kind, Set.of(nodes));
  }

  private static CallEnding served() {
    return new CallEnding(Kind.ANSWERED, 200, "", false, false, "n1", 1, true, "");
  }

  private static CallEnding refused(String problem, boolean retryAfter) {
    return new CallEnding(Kind.ANSWERED, 503, problem, false, retryAfter, "n1", 0, false, "");
  }

  private static CallRecord call(String method, CallEnding ending) {
    return call(method, ending, 10);
  }

  private static CallRecord call(String method, CallEnding ending, long millis) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
    return new CallRecord(plan(method, false), 0, nanos, ending);
  }

  private static CallRecord keyed(CallEnding ending) {
    return new CallRecord(plan("POST", true), 0, 1, ending);
  }

  private static CallPlan plan(String method, boolean keyed) {
    return new CallPlan("call", "client", "n1", "f", method, keyed, 0, 0);
  }
}
