package edge.starling.verticles.manycall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.ManycallMessage.Cause;
import edge.starling.config.ByteSize;
import edge.starling.config.ManycallConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManycallDocumentTest {
  private static final ManycallConfig CONFIG =
      new ManycallConfig("least-in-progress", 64, 3, new ByteSize(1000), new ByteSize(1000), 1);
  private static final int MAX_ITEM = 20;

  @TempDir private Path folder;

  @Test
  void itemsAloneHaveTheUsualTerms() throws IOException {
    assertThat(check("{\"items\":[1,2]}"))
        .isEqualTo(new Terms(2, 0, null, Terms.DEFAULT_TOTAL, 64));
  }

  @Test
  void termsStandBesideTheItemsInAnyOrder() throws IOException {
    assertThat(
            check(
                "{\"retries\":2,\"timeout_ms\":1500,\"items\":[\"a\"],\"total_timeout_ms\":9000,"
                    + "\"concurrency\":5}"))
        .isEqualTo(new Terms(1, 2, Duration.ofMillis(1500), Duration.ofSeconds(9), 5));
  }

  @Test
  void nullCountsAsAbsent() throws IOException {
    assertThat(
            check(
                "{\"items\":[null],\"retries\":null,\"timeout_ms\":null,\"total_timeout_ms\":null,"
                    + "\"concurrency\":null}"))
        .isEqualTo(new Terms(1, 0, null, Terms.DEFAULT_TOTAL, 64));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "3", "null", "{\"items\":[1]", "{\"items\":[1]} 2", "{\"items\":[1,]}"})
  void mustBeOneJsonObject(String document) {
    assertRejected(document, Cause.MALFORMED, "JSON object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|\"items\" is missing",
        "{\"items\":3}|\"items\" must be an array",
        "{\"items\":[1],\"items\":[2]}|Duplicate",
        "{\"items\":[1],\"other\":1}|\"other\" is unknown; allowed are items, retries",
        "{\"items\":[1],\"retries\":-1}|\"retries\" must be a whole number from 0 to 10",
        "{\"items\":[1],\"retries\":1.5}|\"retries\" must be a whole number",
        "{\"items\":[1],\"retries\":\"1\"}|\"retries\" must be a whole number",
        "{\"items\":[1],\"timeout_ms\":0}|\"timeout_ms\" must be a whole number from 1 to 3600000",
        "{\"items\":[1],\"total_timeout_ms\":99999999999999999999}|from 1 to 86400000",
        "{\"items\":[1],\"concurrency\":0}|\"concurrency\" must be a whole number from 1 to 10000",
        "{\"items\":[\"\\ud800\"]}|items[0] has a surrogate without its other half",
      })
  void namesTheMemberThatIsWrong(String document, String message) {
    assertRejected(document, Cause.MALFORMED, message);
  }

  @Test
  void saysNothingOfTheLibraryThatReadsIt() {
    String deep = "[".repeat(1100) + "]".repeat(1100);
    assertRejected("{\"items\":[" + deep + "]}", Cause.MALFORMED, "deeper than 1000 levels");
    for (String document : List.of("{\"items\":[NaN]}", "{\"items\":[1", "{\"items\":[01]}")) {
      assertThatThrownBy(() -> check(document))
          .message()
          .doesNotContain("Source")
          .doesNotContain("Feature");
    }
  }

  @Test
  void hasLimits() {
    assertRejected("{\"items\":[1,2,3,4]}", Cause.TOO_LARGE, "3 elements (manycall.max-items)");
    assertRejected(
        "{\"items\":[1,\"" + "x".repeat(MAX_ITEM) + "\"]}", Cause.TOO_LARGE, "items[1] has 22");
  }

  @Test
  void itemsAreReadAsTheyStand() throws IOException {
    Path file =
        write(
            "{\"retries\":1, \"items\" : [ \"tä\\u0041\" , 1.10, {\"a\": [1,\n2]}] ,\"concurrency\":2}");
    assertThat(ManycallDocument.check(file, CONFIG, MAX_ITEM).items()).isEqualTo(3);

    List<Item> items = new ArrayList<>();
    try (ItemsFile open = new ItemsFile(file)) {
      for (List<Item> next = open.next(); !next.isEmpty(); next = open.next()) {
        items.addAll(next);
      }
      assertThat(open.next()).isEmpty();
    }

    assertThat(items).extracting(Item::index).containsExactly(0, 1, 2);
    assertThat(items)
        .extracting(item -> item.request().body().bytes().utf8())
        .containsExactly("täA", "1.10", "{\"a\": [1,\n2]}");
    assertThat(items)
        .extracting(item -> item.request().headers())
        .containsExactly(
            Headers.of("Content-Type", "text/plain; charset=utf-8"),
            Headers.of("Content-Type", "application/json"),
            Headers.of("Content-Type", "application/json"));
  }

  @Test
  void manyItemsAreReadSomeAtATime() throws IOException {
    int count = 1000;
    Path file = write("{\"items\":[" + "7,".repeat(count - 1) + "7]}");
    int read = 0;
    int batches = 0;
    try (ItemsFile open = new ItemsFile(file)) {
      for (List<Item> next = open.next(); !next.isEmpty(); next = open.next()) {
        read += next.size();
        batches++;
      }
    }
    assertThat(read).isEqualTo(count);
    assertThat(batches).isGreaterThan(2);
  }

  private void assertRejected(String document, Cause cause, String message) {
    assertThatThrownBy(() -> check(document))
        .hasMessageContaining(message)
        .asInstanceOf(InstanceOfAssertFactories.type(Rejection.class))
        .extracting(Rejection::why)
        .isEqualTo(cause);
  }

  private Terms check(String document) throws IOException {
    return ManycallDocument.check(write(document), CONFIG, MAX_ITEM);
  }

  private Path write(String document) throws IOException {
    return Files.writeString(folder.resolve("document"), document);
  }
}
