package edge.starling.verticles.manycall;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Refused;
import edge.starling.codecs.messages.Outcome.Why;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What became of an item, as JSON. A body that is JSON stands as it is, whatever its content type;
 * other text as a string; bytes that are no UTF-8 as base64.
 *
 * @param status the function's own, or that of the problem
 * @param member under which the body stands: {@code body} or {@code body_base64}
 * @param json the body's value; without line breaks outside of its strings
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, copied by nobody
record ItemAnswer(int status, String member, byte[] json) {
  private static final String PLAIN = "body";
  private static final String BASE64 = "body_base64";
  private static final byte[] EMPTY = utf8("\"\"");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  /** The function answered with these bytes. */
  static ItemAnswer of(int status, byte[] body) {
    if (body.length == 0) {
      return new ItemAnswer(status, PLAIN, EMPTY);
    }
    if (isJson(body)) {
      return new ItemAnswer(status, PLAIN, inOneLine(body));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      return new ItemAnswer(status, PLAIN, quoted(text));
    } catch (CharacterCodingException e) {
      return new ItemAnswer(status, BASE64, quoted(Base64.getEncoder().encodeToString(body)));
    }
  }

  static ItemAnswer of(Refused refused) {
    return problem(refused.reason(), "refused by " + refused.by().name());
  }

  static ItemAnswer of(Failed failed) {
    return problem(failed.failure(), failed.detail());
  }

  /** As its element of an ordered answer: the bare body where the status is 200. */
  byte[] element() {
    return status == 200 && member.equals(PLAIN)
        ? json
        : object("{\"status\":" + status + ",\"" + member + "\":");
  }

  /** As a line of its own, with its place among the items. */
  byte[] line(int index) {
    return object("{\"index\":" + index + ",\"status\":" + status + ",\"" + member + "\":");
  }

  boolean isFailure() {
    return status != 200;
  }

  private static ItemAnswer problem(Why why, String detail) {
    var body = new ByteArrayOutputStream();
    body.writeBytes(utf8("{\"type\":\"urn:starling:problem:" + why.type() + "\",\"title\":"));
    body.writeBytes(quoted(why.title()));
    body.writeBytes(utf8(",\"status\":" + why.status() + ",\"detail\":"));
    body.writeBytes(quoted(detail));
    body.write('}');
    return new ItemAnswer(why.status(), PLAIN, body.toByteArray());
  }

  private byte[] object(String begin) {
    byte[] head = utf8(begin);
    byte[] object = new byte[head.length + json.length + 1];
    System.arraycopy(head, 0, object, 0, head.length);
    System.arraycopy(json, 0, object, head.length, json.length);
    object[object.length - 1] = '}';
    return object;
  }

  private static boolean isJson(byte[] body) {
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() == null) {
        return false;
      }
      json.skipChildren();
      json.finishToken();
      return json.nextToken() == null;
    } catch (JsonProcessingException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Valid JSON has line breaks only between its tokens, where they mean nothing. */
  private static byte[] inOneLine(byte[] json) {
    byte[] line = null;
    for (int i = 0; i < json.length; i++) {
      if (json[i] == '\n' || json[i] == '\r') {
        line = line == null ? json.clone() : line;
        line[i] = ' ';
      }
    }
    return line == null ? json : line;
  }

  private static byte[] quoted(String text) {
    byte[] inside = JsonStringEncoder.getInstance().quoteAsUTF8(text);
    byte[] quoted = new byte[inside.length + 2];
    quoted[0] = '"';
    System.arraycopy(inside, 0, quoted, 1, inside.length);
    quoted[quoted.length - 1] = '"';
    return quoted;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
