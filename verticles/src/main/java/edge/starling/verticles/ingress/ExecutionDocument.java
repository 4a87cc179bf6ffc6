package edge.starling.verticles.ingress;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import edge.starling.codecs.messages.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The call that a client describes as JSON. A field that is null counts as absent.
 *
 * @param path normalised
 * @param query null when there is none
 * @param headers a name, its value, the next name, …: with the content type that fits the body,
 *     unless the client named one
 */
record ExecutionDocument(
    String method, String path, @Nullable String query, List<String> headers, Bytes body) {
  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH");
  private static final String FIELDS = "http_method, body, body_base64, path_and_query and headers";

  // Without detection of the charset the parser's byte offsets are those of the text: a JSON body
  // is cut out of it as it stands, so no number loses digits on its way.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  /**
   * @param document UTF-8
   * @throws Unacceptable 400, naming the field and what is allowed
   */
  static ExecutionDocument parse(byte[] document) {
    try (JsonParser json = JSON.createParser(document)) {
      Reading reading = new Reading(document);
      reading.all(json);
      return reading.result();
    } catch (JsonProcessingException e) {
      throw Unacceptable.malformed(
          "the request body must be a JSON object: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fields as they come. */
  private static final class Reading {
    private final byte[] document;
    private String method = "POST";
    private String path = "/";
    private @Nullable String query;
    private final List<String> headers = new ArrayList<>();
    private long headerBytes;
    private @Nullable Bytes body;
    private @Nullable Bytes decoded;
    private String contentType = "application/json";

    Reading(byte[] document) {
      this.document = document;
    }

    void all(JsonParser json) throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw Unacceptable.malformed("the request body must be a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        if (json.nextToken() != JsonToken.VALUE_NULL) {
          field(field, json);
        } else {
          known(field);
        }
      }
      if (json.nextToken() != null) {
        throw Unacceptable.malformed("the request body must be one JSON object and nothing more");
      }
    }

    private void field(String field, JsonParser json) throws IOException {
      switch (field) {
        case "http_method" -> method(text(field, json));
        case "path_and_query" -> pathAndQuery(text(field, json));
        case "body" -> body(json);
        case "body_base64" -> decoded = base64(text(field, json));
        case "headers" -> headers(json);
        default -> known(field);
      }
    }

    private static void known(String field) {
      if (!Set.of("http_method", "path_and_query", "body", "body_base64", "headers")
          .contains(field)) {
        throw Unacceptable.malformed(
            "the field \"" + field + "\" is unknown; allowed are " + FIELDS);
      }
    }

    private void method(String text) {
      if (!METHODS.contains(text)) {
        throw Unacceptable.malformed(
            "http_method must be GET, POST, PUT, DELETE or PATCH, not \"" + text + "\"");
      }
      method = text;
    }

    private void pathAndQuery(String text) {
      if (text.length() > RequestHead.MAX_FIRST_LINE) {
        throw Unacceptable.malformed(
            "path_and_query may have " + RequestHead.MAX_FIRST_LINE + " characters");
      }
      int mark = text.indexOf('?');
      path = FunctionPath.ofField("path_and_query", mark < 0 ? text : text.substring(0, mark));
      query = mark < 0 ? null : text.substring(mark + 1);
      if (text.indexOf('#') >= 0
          || (query != null && !query.chars().allMatch(c -> c > ' ' && c < 0x7f))) {
        throw Unacceptable.malformed(
            "path_and_query must be percent-encoded ASCII without spaces, control characters and"
                + " '#'");
      }
    }

    private void body(JsonParser json) throws IOException {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        body = Bytes.utf8(text("body", json));
        contentType = "text/plain; charset=utf-8";
        return;
      }
      int start = (int) json.currentTokenLocation().getByteOffset();
      json.skipChildren();
      json.finishToken();
      int end = (int) json.currentLocation().getByteOffset();
      body = Bytes.wrap(Arrays.copyOfRange(document, start, end));
    }

    private static Bytes base64(String text) {
      try {
        return Bytes.wrap(Base64.getDecoder().decode(text));
      } catch (IllegalArgumentException e) {
        throw Unacceptable.malformed("body_base64 must be base64 (RFC 4648, 4): " + e.getMessage());
      }
    }

    private void headers(JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw Unacceptable.malformed("headers must be an object of strings");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        header(name, text("headers." + name, json));
      }
    }

    private void header(String name, String value) {
      if (!HeaderRules.isName(name) || !HeaderRules.isValue(value)) {
        throw Unacceptable.malformed(
            "headers: \"" + name + "\" and its value must be an HTTP header field (RFC 9110, 5)");
      }
      if (HopByHop.isWellKnown(name) || HeaderRules.isSetByTheNode(name)) {
        throw Unacceptable.malformed("headers: \"" + name + "\" cannot be chosen by the caller");
      }
      headers.add(name);
      headers.add(value);
      headerBytes += name.length() + value.length() + HeaderRules.AROUND_FIELD;
      if (headerBytes > RequestHead.MAX_FIELDS) {
        throw Unacceptable.malformed(
            "headers may have " + RequestHead.MAX_FIELDS + " bytes together");
      }
    }

    private static String text(String field, JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw Unacceptable.malformed(field + " must be a string");
      }
      return text(field, json.getText());
    }

    /** JSON can write halves of characters, which UTF-8 cannot. */
    private static String text(String field, String text) {
      for (int i = 0; i < text.length(); i++) {
        if (Character.isSurrogate(text.charAt(i))) {
          if (i + 1 == text.length()
              || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
            throw Unacceptable.malformed(
                field + " has a surrogate without its other half (RFC 8259, 8.2)");
          }
          i++;
        }
      }
      return text;
    }

    ExecutionDocument result() {
      if (body != null && decoded != null) {
        throw Unacceptable.malformed("body and body_base64 exclude each other");
      }
      if (decoded != null) {
        contentType = "application/octet-stream";
      }
      Bytes bytes = decoded != null ? decoded : body;
      if (bytes != null && !HeaderRules.has(headers, "Content-Type")) {
        headers.add("Content-Type");
        headers.add(contentType);
      }
      return new ExecutionDocument(
          method, path, query, List.copyOf(headers), bytes == null ? Bytes.EMPTY : bytes);
    }
  }
}
