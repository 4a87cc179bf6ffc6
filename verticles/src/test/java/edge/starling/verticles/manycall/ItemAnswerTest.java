package edge.starling.verticles.manycall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.Outcome.Reason;
import edge.starling.codecs.messages.Outcome.Refused;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ItemAnswerTest {
  private static final NodeId NODE = new NodeId("n", 1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1.10}|{\"a\": 1.10}",
        "[]|[]",
        "true|true",
        "\"text\"|\"text\"",
        "-0|-0",
        "plain|\"plain\"",
        "say \"hi\"|\"say \\\"hi\\\"\"",
        "1 2|\"1 2\"",
        "{\"a\"|\"{\\\"a\\\"\"",
        "NaN|\"NaN\"",
        "``|\"\"",
      })
  void aRightAnswerIsTheBareBody(String body, String element) {
    assertThat(element(200, body)).isEqualTo(element);
  }

  @Test
  void anyOtherStatusStandsBesideTheBody() {
    assertThat(element(418, "short and stout"))
        .isEqualTo("{\"status\":418,\"body\":\"short and stout\"}");
    assertThat(element(201, "{\"id\":1}")).isEqualTo("{\"status\":201,\"body\":{\"id\":1}}");
  }

  @Test
  void bytesThatAreNoTextAreBase64() {
    ItemAnswer answer = ItemAnswer.of(200, new byte[] {(byte) 0xff, 0, 1});

    assertThat(text(answer.element())).isEqualTo("{\"status\":200,\"body_base64\":\"/wAB\"}");
    assertThat(text(answer.line(3)))
        .isEqualTo("{\"index\":3,\"status\":200,\"body_base64\":\"/wAB\"}");
  }

  @Test
  void aLineHasNoLineBreaks() {
    assertThat(text(ItemAnswer.of(200, "[1,\r\n \"a\\n\"]".getBytes(UTF_8)).line(0)))
        .isEqualTo("{\"index\":0,\"status\":200,\"body\":[1,   \"a\\n\"]}");
  }

  @Test
  void aCallThatNobodyAnsweredIsAProblem() {
    ItemAnswer refused =
        ItemAnswer.of(
            new Refused(Reason.QUEUE_FULL, NODE, Occupancy.UNKNOWN, Duration.ofSeconds(1)));
    ItemAnswer failed =
        ItemAnswer.of(new Failed(Failure.PROVIDER_LOST, "it \"died\"", NODE, 1, Duration.ZERO));

    assertThat(text(refused.element()))
        .isEqualTo(
            "{\"status\":503,\"body\":{\"type\":\"urn:starling:problem:queue-full\",\"title\":\"No"
                + " node has room\",\"status\":503,\"detail\":\"refused by n\"}}");
    assertThat(text(failed.element()))
        .startsWith("{\"status\":502,\"body\":{\"type\":\"urn:starling:problem:provider-lost\"")
        .contains("\"detail\":\"it \\\"died\\\"\"");
    assertThat(refused.isFailure()).isTrue();
  }

  private static String element(int status, String body) {
    return text(ItemAnswer.of(status, body.getBytes(UTF_8)).element());
  }

  private static String text(byte[] json) {
    return new String(json, UTF_8);
  }
}
