package edge.starling.verticles.manycall;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import edge.starling.codecs.messages.ManycallMessage.Cause;
import edge.starling.config.ManycallConfig;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The request of a manycall, as it lies on the disk: {@code {"items":[…]}} and, beside them, its
 * terms. A member that is null counts as absent. Every method blocks.
 */
final class ManycallDocument {
  private static final String MEMBERS =
      "items, retries, timeout_ms, total_timeout_ms and concurrency";

  // Without detection of the charset the parser's byte offsets are those of the file: an item is
  // cut out of it as it stands, so no number loses digits on its way.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private final ManycallConfig config;
  private final long maxItemBytes;
  private int items = -1;
  private int retries;
  private @Nullable Duration timeout;
  private Duration totalTimeout = Terms.DEFAULT_TOTAL;
  private int concurrency;

  private ManycallDocument(ManycallConfig config, long maxItemBytes) {
    this.config = config;
    this.maxItemBytes = maxItemBytes;
    this.concurrency = config.concurrency();
  }

  /**
   * Reads all of it.
   *
   * @param maxItemBytes of an item's JSON
   * @throws Rejection names the member and what is allowed
   */
  static Terms check(Path file, ManycallConfig config, long maxItemBytes) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        JsonParser json = JSON.createParser(in)) {
      return new ManycallDocument(config, maxItemBytes).read(json);
    } catch (JsonProcessingException e) {
      throw Rejection.malformed("the request body must be a JSON object: " + JsonFault.of(e));
    }
  }

  /** A parser of a document that was checked, at the begin of its items. */
  static JsonParser atItems(InputStream in) throws IOException {
    JsonParser json = JSON.createParser(in);
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME && !json.currentName().equals("items")) {
      json.nextToken();
    }
    json.nextToken();
    return json;
  }

  private Terms read(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw Rejection.malformed("the request body must be a JSON object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String member = json.currentName();
      json.nextToken();
      member(member, json);
    }
    if (json.nextToken() != null) {
      throw Rejection.malformed("the request body must be one JSON object and nothing more");
    }
    if (items < 0) {
      throw Rejection.malformed("\"items\" is missing: an array of JSON values");
    }
    return new Terms(items, retries, timeout, totalTimeout, concurrency);
  }

  private void member(String member, JsonParser json) throws IOException {
    switch (member) {
      case "items" -> items(json);
      case "retries" -> retries = (int) number(json, 0, Terms.MOST_RETRIES, retries);
      case "concurrency" ->
          concurrency = (int) number(json, 1, ManycallConfig.MOST_CONCURRENCY, concurrency);
      case "timeout_ms" -> timeout = time(json, Terms.LONGEST_ITEM, timeout);
      case "total_timeout_ms" -> {
        Duration total = time(json, Terms.LONGEST_TOTAL, totalTimeout);
        totalTimeout = total == null ? totalTimeout : total;
      }
      default ->
          throw Rejection.malformed(
              "the member \"" + member + "\" is unknown; allowed are " + MEMBERS);
    }
  }

  private void items(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw Rejection.malformed("\"items\" must be an array of JSON values");
    }
    items = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      long start = json.currentTokenLocation().getByteOffset();
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        checkText(json.getText());
      }
      json.skipChildren();
      json.finishToken();
      long bytes = json.currentLocation().getByteOffset() - start;
      if (bytes > maxItemBytes) {
        throw new Rejection(
            Cause.TOO_LARGE,
            "items[%d] has %d bytes; an item may have %d (http.max-body)"
                .formatted(items, bytes, maxItemBytes));
      }
      if (++items > config.maxItems()) {
        throw new Rejection(
            Cause.TOO_LARGE,
            "\"items\" may have " + config.maxItems() + " elements (manycall.max-items)");
      }
    }
  }

  /** JSON can write halves of characters, which UTF-8 cannot. */
  private void checkText(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          throw Rejection.malformed(
              "items[" + items + "] has a surrogate without its other half (RFC 8259, 8.2)");
        }
        i++;
      }
    }
  }

  private static @Nullable Duration time(
      JsonParser json, Duration longest, @Nullable Duration absent) throws IOException {
    long none = 0;
    long millis = number(json, 1, longest.toMillis(), none);
    return millis == none ? absent : Duration.ofMillis(millis);
  }

  private static long number(JsonParser json, long least, long most, long absent)
      throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return absent;
    }
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      long value = json.getLongValue();
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw Rejection.malformed(
        "\"%s\" must be a whole number from %d to %d".formatted(json.currentName(), least, most));
  }
}
