package edge.starling.codecs.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import edge.starling.codecs.bus.BusError.Code;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.codecs.messages.InvokerMessage.Invoke;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome.Failed;
import edge.starling.codecs.messages.Outcome.Failure;
import edge.starling.codecs.messages.RoutingMessage.Claim;
import edge.starling.codecs.messages.RoutingMessage.Drain;
import edge.starling.codecs.messages.RoutingMessage.Route;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CborCodecTest {
  private static final int MARGIN = 13;

  private static final CborCodec CODEC = new CborCodec();
  private static final ObjectMapper CBOR = new CBORMapper();

  static Stream<Class<? extends Record>> messages() {
    return records(BusMessage.class);
  }

  private static Stream<Class<? extends Record>> records(Class<?> type) {
    return type.isRecord()
        ? Stream.of(type.asSubclass(Record.class))
        : Arrays.stream(type.getPermittedSubclasses()).flatMap(CborCodecTest::records);
  }

  private static BusMessage sample(Class<? extends Record> type, boolean sparse) {
    return (BusMessage) new SampleValues(sparse).record(type);
  }

  /** Over the wire, in a buffer that begins before the message and ends after it. */
  private Envelope overTheWire(Envelope envelope) {
    Buffer buffer = Buffer.buffer(new byte[MARGIN]);
    CODEC.encodeToWire(buffer, envelope);
    return CODEC.decodeFromWire(MARGIN, buffer.appendBytes(new byte[MARGIN]));
  }

  /** A request as a node of another version would write it. */
  private Envelope request(String tag, Map<String, ?> fields) throws IOException {
    return CODEC.decodeFromWire(0, wire(7, "asker", "", tag, CBOR.writeValueAsBytes(fields)));
  }

  private static Buffer wire(
      long correlation, String replyTo, String fault, String tag, byte[] body) {
    Buffer buffer = Buffer.buffer().appendLong(correlation);
    for (String text : List.of(replyTo, fault, tag)) {
      buffer.appendInt(text.getBytes(UTF_8).length).appendString(text);
    }
    return buffer.appendInt(body.length).appendBytes(body);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void carriesEveryMessage(Class<? extends Record> type) {
    for (boolean sparse : new boolean[] {false, true}) {
      BusMessage message = sample(type, sparse);
      assertThat(overTheWire(Envelope.notice(message))).isEqualTo(Envelope.notice(message));
      assertThat(CODEC.decode(CODEC.encode(message), type.asSubclass(BusMessage.class)))
          .isEqualTo(message);
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void writesTheComponentsOfARecordAndNothingElse(Class<? extends Record> type) throws IOException {
    JsonNode written = CBOR.readTree(CODEC.encode(sample(type, false)));
    assertThat(written.fieldNames())
        .toIterable()
        .containsExactlyElementsOf(
            Arrays.stream(type.getRecordComponents()).map(c -> c.getName()).toList());
  }

  @Test
  void writesTheComponentsOfAnInnerRecordAndNothingElse() throws IOException {
    JsonNode written = CBOR.readTree(CODEC.encode(sample(Invoke.class, false)));
    assertThat(written.get("request").fieldNames())
        .toIterable()
        .containsExactly("method", "path", "query", "headers", "body");
    assertThat(written.get("id").isTextual()).isTrue();
    assertThat(written.get("function").isTextual()).isTrue();
    assertThat(written.get("request").get("body").get("bytes").isBinary()).isTrue();
  }

  @Test
  void carriesRequestsAndAnswersWithTheirCorrelation() {
    Counted message = new Counted(1, 2, 3, 4, 5);
    Envelope request = Envelope.request(Long.MAX_VALUE, "bus.answers.ü", message);
    Envelope answer = Envelope.answer(42, message);
    assertThat(overTheWire(request)).isEqualTo(request);
    assertThat(overTheWire(answer)).isEqualTo(answer);
  }

  @ParameterizedTest
  @EnumSource(Code.class)
  void carriesEveryFault(Code code) {
    Envelope fault = Envelope.fault(9, code, "why, in ünicode");
    assertThat(overTheWire(fault)).isEqualTo(fault);
    assertThat(overTheWire(Envelope.fault(9, code, ""))).isEqualTo(Envelope.fault(9, code, ""));
  }

  @Test
  void takesAFaultOfANewerVersionForAFault() {
    Envelope read = CODEC.decodeFromWire(0, wire(9, "", "TOO_NEW", "why", new byte[0]));
    assertThat(read).isEqualTo(Envelope.fault(9, Code.FAULT, "why"));
  }

  @Test
  void handsOverTheSameInstanceWithinAJvm() {
    Envelope envelope = Envelope.notice(new Counted(1, 2, 3, 4, 5));
    assertThat(CODEC.transform(envelope)).isSameAs(envelope);
  }

  @Test
  void ignoresFieldsThatItDoesNotKnow() throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("newBefore", Map.of("deep", List.of(1, 2)));
    fields.put("id", "call-1");
    fields.put("newBetween", null);
    fields.put("by", "node-1.3");
    fields.put("newAfter", 5);
    assertThat(request("Claim", fields))
        .isEqualTo(
            Envelope.request(
                7, "asker", new Claim(new InvocationId("call-1"), new NodeId("node-1", 3))));
  }

  @Test
  void readsFieldsThatAnOlderVersionDoesNotWriteAsAbsent() throws IOException {
    Envelope read =
        request(
            "Route", Map.of("id", "call-1", "function", "echo.openfaas-fn", "visited", List.of()));
    assertThat(read.message())
        .isInstanceOfSatisfying(
            Route.class,
            route -> {
              assertThat(route.function()).isEqualTo(FunctionName.parse("echo"));
              assertThat(route.remaining()).isNull();
            });
  }

  @Test
  void refusesATagThatItDoesNotKnow() throws IOException {
    assertThat(request("java.lang.Runtime", Map.of()))
        .isEqualTo(Envelope.unreadable(7, "asker", "unknown message \"java.lang.Runtime\""))
        .extracting(Envelope::fault)
        .isEqualTo(Code.NOT_UNDERSTOOD);
  }

  @Test
  void refusesValuesThatItCannotRead() throws IOException {
    assertThat(request("Claim", Map.of("id", "call-1", "by", "nobody")).fault())
        .isEqualTo(Code.NOT_UNDERSTOOD);
    assertThat(request("Route", Map.of("id", List.of(1))).fault()).isEqualTo(Code.NOT_UNDERSTOOD);
    assertThat(CODEC.decodeFromWire(0, wire(7, "asker", "", "Claim", new byte[] {1, 2})).fault())
        .isEqualTo(Code.NOT_UNDERSTOOD);
  }

  @Test
  void tellsAnUnreadableAnswerFromAnUnreadableRequest() {
    Envelope read = CODEC.decodeFromWire(0, wire(7, "", "", "Unheard", new byte[0]));
    assertThat(read.fault()).isEqualTo(Code.BAD_MESSAGE);
    assertThat(read.correlation()).isEqualTo(7);
  }

  @Test
  void writesTheLongestTimesWithoutFailing() {
    Envelope read = overTheWire(Envelope.notice(new Drain(Duration.ofSeconds(Long.MAX_VALUE))));
    assertThat(read.message()).isEqualTo(new Drain(Duration.ofNanos(Long.MAX_VALUE)));
  }

  @Test
  void keepsTimesEqualOnBothSides() {
    Description sample = new SampleValues(false).record(Description.class);
    Description precise =
        new Description(
            sample.name(),
            sample.version(),
            sample.form(),
            sample.settings(),
            sample.handler(),
            sample.requirements(),
            Instant.parse("2026-01-02T03:04:05.123456789Z"));
    assertThat(precise.deployedAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05.123Z"));
    Failed failed =
        new Failed(Failure.DEADLINE, "", new NodeId("a", 1), 0, Duration.ofNanos(123_456_789));
    assertThat(overTheWire(Envelope.notice(failed)).message()).isEqualTo(failed);
  }
}
