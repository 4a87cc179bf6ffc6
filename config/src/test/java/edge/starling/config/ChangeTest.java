package edge.starling.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings that change while the node runs. */
class ChangeTest {
  private static final NodeConfig PRESENT =
      ConfigLoader.load(null, Map.of(), List.of("routing.hops=2", "http.port=8081"));

  record Guarded(@Default("") String apiToken, @Live @Default("") String newToken) {
    Guarded {
      Check.that(newToken.length() < 4, "new-token", newToken, "short");
    }
  }

  private static List<String> problems(String document) {
    InvalidConfig refused =
        catchThrowableOfType(InvalidConfig.class, () -> ConfigLoader.changed(PRESENT, document));
    assertThat(refused).as("the refusal").isNotNull();
    return refused.getMessage().lines().toList();
  }

  @Test
  void changesWhatTheDocumentNamesAndNothingElse() {
    NodeConfig changed =
        ConfigLoader.changed(
            PRESENT, "routing:\n  policy: static:here=0.6\ncapacity: {kind: rate, rate: 12.5}\n");
    assertThat(changed.routing()).isEqualTo(new RoutingConfig("static:here=0.6", 2));
    assertThat(changed.capacity())
        .isEqualTo(new CapacityConfig(CapacityConfig.Kind.RATE, 12.5, 0.9, true));
    assertThat(changed.http()).isEqualTo(PRESENT.http());
    assertThat(changed.load()).isEqualTo(PRESENT.load());
  }

  @Test
  void readsJsonInAnyLayout() {
    for (String json :
        List.of(
            "{\"load\":{\"update-interval\":\"500ms\",\"slack-change\":0.25},\"capacity\":{\"own-first\":false}}",
            "{\n\t\"load\": {\n\t\t\"update-interval\": \"500ms\",\n\t\t\"slack-change\": 2.5e-1\n\t},\n"
                + "\t\"capacity\": {\"own-first\": false}\n}",
            "{\"load.update-interval\":\"500ms\",\"load.slack-change\":\"0.25\",\"capacity.own-first\":\"false\"}")) {
      NodeConfig changed = ConfigLoader.changed(PRESENT, json);
      assertThat(changed.load().updateInterval()).as(json).isEqualTo(Duration.ofMillis(500));
      assertThat(changed.load().slackChange()).isEqualTo(0.25);
      assertThat(changed.capacity().ownFirst()).isFalse();
    }
  }

  @Test
  void anEmptyDocumentChangesNothing() {
    assertThat(ConfigLoader.changed(PRESENT, "")).isEqualTo(PRESENT);
    assertThat(ConfigLoader.changed(PRESENT, "{}")).isEqualTo(PRESENT);
  }

  @Test
  void tellsAllThatIsWrongAtOnce() {
    assertThat(problems("routing:\n  hops: 17\n  polcy: x\ninvoker: {slots: many}"))
        .containsExactlyInAnyOrder(
            "routing.polcy: \"x\" from line 3 of the request is no known setting;"
                + " did you mean \"routing.policy\"?",
            "invoker.slots: \"many\" from line 4 of the request is not allowed;"
                + " it must be a whole number, at most 2147483647",
            "routing.hops: \"17\" from line 2 of the request is not allowed;"
                + " it must be between 0 and 16");
  }

  @Test
  void looksAtWhatStaysBesideWhatChanges() {
    assertThat(problems("load: {update-interval: 5s}"))
        .containsExactly(
            "load.suspect-after: \"2s\" in force is not allowed;"
                + " it must be at least 10s, twice load.update-interval");
  }

  @Test
  void refusesSettingsThatAreNotLiveAndNamesThoseThatAre() {
    assertThat(problems("http: {port: 81, max-body: lots}"))
        .hasSize(2)
        .first()
        .asString()
        .isEqualTo(
            "http.port: it cannot change while the node runs, so \"81\" from line 1 of the request"
                + " is not allowed; those that can are routing.policy, routing.hops,"
                + " manycall.policy, manycall.concurrency, capacity.kind, capacity.rate,"
                + " capacity.cpu, capacity.own-first, invoker.slots, invoker.queue,"
                + " load.update-interval, load.suspect-after, load.slack-change");
  }

  @Test
  void takesSettingsThatAreNotLiveAsTheyAre() {
    assertThat(ConfigLoader.changed(PRESENT, "http: {port: 8081, max-body: 32768KiB}"))
        .isEqualTo(PRESENT);
  }

  @Test
  void refusesWhatIsNoMappingStandsTwiceOrIsTooLong() {
    assertThat(problems("- a")).singleElement().asString().startsWith("the request: it must hold");
    assertThat(problems("a: ["))
        .singleElement()
        .asString()
        .startsWith("line 1 of the request: this is no YAML");
    assertThat(problems("routing: {hops: 1, hops: 2}"))
        .singleElement()
        .asString()
        .startsWith("routing.hops: it stands twice, from line 1");
    assertThat(problems("#".repeat(70_000)))
        .containsExactly("the request is longer than 65536 characters");
  }

  @Test
  void quotesNoControlCharacters() {
    assertThat(problems("{\"\\u001b[31mred\\nroses\": 1}"))
        .singleElement()
        .asString()
        .doesNotContainPattern("\\p{Cntrl}")
        .contains("[31mred roses");
  }

  @Test
  void hidesSecrets() {
    Catalogue catalogue = new Catalogue(Guarded.class);
    Guarded present = new Guarded("s3cret", "");
    assertThat(SettingsTree.of(catalogue, present))
        .isEqualTo(Map.of("api-token", "***", "new-token", "***"));
    assertThat(
            catchThrowableOfType(
                InvalidConfig.class,
                () ->
                    new Change<>(Guarded.class, catalogue, present)
                        .to("api-token: other\nnew-token: hidden")))
        .hasMessageNotContainingAny("s3cret", "other", "hidden")
        .hasMessageContaining("\"***\"");
  }
}
