package edge.starling.verticles.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Entry;
import edge.starling.codecs.messages.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NextStepTest {
  private static final NodeId SELF = new NodeId("self", 2);
  private static final NodeId FORMER_SELF = new NodeId("self", 1);

  @Test
  void leavesACurrentCopyAlone() {
    assertThat(step(running(2), live(2, SELF))).isEqualTo(NextStep.NONE);
  }

  @Test
  void announcesWhatTheIndexHasForgotten() {
    assertThat(step(running(2), Optional.empty())).isEqualTo(NextStep.ANNOUNCE);
    assertThat(step(running(2), live(2, FORMER_SELF))).isEqualTo(NextStep.ANNOUNCE);
    assertThat(step(running(2), live(1, SELF))).isEqualTo(NextStep.ANNOUNCE);
  }

  @Test
  void startsWhatIsNewestAndDoesNotRun() {
    assertThat(step(resting(2), Optional.empty())).isEqualTo(NextStep.START);
    assertThat(step(resting(2), live(2))).isEqualTo(NextStep.START);
    assertThat(step(resting(2), live(1))).isEqualTo(NextStep.START);
    assertThat(step(resting(2), tombstone(1))).isEqualTo(NextStep.START);
  }

  @Test
  void catchesUpWithANewerVersion() {
    assertThat(step(running(2), live(3))).isEqualTo(NextStep.CATCH_UP);
    assertThat(step(resting(2), live(3))).isEqualTo(NextStep.CATCH_UP);
  }

  @Test
  void dropsWhatIsDeleted() {
    assertThat(step(running(2), tombstone(3))).isEqualTo(NextStep.DROP);
    assertThat(step(resting(2), tombstone(2))).isEqualTo(NextStep.DROP);
  }

  @Test
  void leavesACopyThatRestsAloneUntilItsVersionIsOver() {
    Copy kept = running(2).atRest();
    assertThat(step(kept, live(2))).isEqualTo(NextStep.NONE);
    assertThat(step(kept, live(1))).isEqualTo(NextStep.NONE);
    assertThat(step(kept, Optional.empty())).isEqualTo(NextStep.NONE);
    assertThat(step(kept, live(3))).isEqualTo(NextStep.DROP);
    assertThat(step(kept, tombstone(3))).isEqualTo(NextStep.DROP);
  }

  @Test
  void suspendsWhatRunsOnSomethingThatIsDownAndStartsItAfterwards() {
    assertThat(NextStep.of(running(2), live(2, SELF), SELF, true)).isEqualTo(NextStep.SUSPEND);
    assertThat(NextStep.of(running(2), Optional.empty(), SELF, true)).isEqualTo(NextStep.SUSPEND);
    assertThat(NextStep.of(resting(2), live(2), SELF, true)).isEqualTo(NextStep.NONE);
    assertThat(NextStep.of(resting(2), live(2), SELF, false)).isEqualTo(NextStep.START);
    assertThat(NextStep.of(running(2), live(3), SELF, true)).isEqualTo(NextStep.CATCH_UP);
    assertThat(NextStep.of(running(2), tombstone(3), SELF, true)).isEqualTo(NextStep.DROP);
  }

  private static NextStep step(Copy copy, Optional<Entry> entry) {
    return NextStep.of(copy, entry, SELF, false);
  }

  private static Copy running(long version) {
    return new Copy(description(version), Path.of("folder"), true);
  }

  private static Copy resting(long version) {
    return new Copy(description(version), Path.of("folder"), false);
  }

  private static Optional<Entry> live(long version, NodeId... providers) {
    return Optional.of(new Entry(description(version), false, List.of(providers)));
  }

  private static Optional<Entry> tombstone(long version) {
    return Optional.of(new Entry(description(version), true, List.of()));
  }

  private static Description description(long version) {
    return new Description(
        FunctionName.parse("hello"),
        new FunctionVersion(version, "aa"),
        Form.WASM,
        new Settings(RuntimeKind.WASM, 16, Duration.ofSeconds(1), Map.of(), Map.of()),
        new Artefact("fn.wasm", "bb", 1),
        null,
        Instant.EPOCH);
  }
}
