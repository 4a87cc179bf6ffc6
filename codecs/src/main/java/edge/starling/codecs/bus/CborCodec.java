package edge.starling.codecs.bus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import edge.starling.codecs.bus.BusError.Code;
import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Outcome.Completed;
import edge.starling.codecs.messages.Request;
import edge.starling.codecs.messages.Response;
import edge.starling.codecs.messages.RoutingMessage.Route;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Encodes an envelope as its head, the message's type tag and the message in CBOR. It knows the
 * records that {@link BusMessage} permits and refuses every other tag; fields that it does not know
 * are ignored, so that nodes of neighbouring versions understand each other. A message that it
 * cannot read becomes a fault: Vert.x would drop it without a word. Durations travel in
 * nanoseconds, at most 292 years; instants in milliseconds since the epoch. Within a JVM the same
 * instance is handed over. Thread-safe.
 */
public final class CborCodec implements MessageCodec<Envelope, Envelope> {
  static final String NAME = "starling";
  private static final int REHEARSALS = 200;

  private final ObjectMapper mapper =
      CBORMapper.builder()
          .addModule(times())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // Request.isIdempotent and its like are no fields
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .build();
  private final Map<String, ObjectReader> readers = new HashMap<>();
  private final Map<Class<?>, Writer> writers = new HashMap<>();

  private record Writer(String tag, ObjectWriter writer) {}

  public CborCodec() {
    learn(BusMessage.class);
  }

  /**
   * Takes a call and its answer to the wire and back a few times, so that a node's first forwarded
   * call does not pay for loading the classes: some 20 ms. May block that long.
   */
  public void rehearse() {
    NodeId node = new NodeId("rehearsal", 1);
    Headers headers = Headers.of("Content-Type", "text/plain");
    Body body = Body.utf8("rehearsal");
    Route call =
        new Route(
            InvocationId.random(),
            FunctionName.parse("rehearsal"),
            new Request("POST", "/", "a=b", headers, body),
            Duration.ofSeconds(1),
            List.of(node));
    Completed answer =
        new Completed(new Response(200, headers, body), node, 1, Duration.ZERO, Duration.ZERO);
    for (int i = 0; i < REHEARSALS; i++) {
      decode(encode(call), Route.class);
      decode(encode(answer), Completed.class);
    }
  }

  /** The message alone, as stored or hashed outside the bus. */
  public byte[] encode(BusMessage message) {
    try {
      return writer(message).writer.writeValueAsBytes(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The inverse of {@link #encode}. */
  public <M extends BusMessage> M decode(byte[] bytes, Class<M> type) {
    try {
      return mapper.readValue(bytes, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void encodeToWire(Buffer buffer, Envelope envelope) {
    buffer.appendLong(envelope.correlation());
    append(buffer, envelope.replyTo() == null ? "" : envelope.replyTo());
    Code fault = envelope.fault();
    append(buffer, fault == null ? "" : fault.name());
    BusMessage message = envelope.message();
    if (message == null) {
      append(buffer, envelope.detail());
    } else {
      Writer writer = writer(message);
      append(buffer, writer.tag);
      byte[] body = encode(message);
      buffer.appendInt(body.length).appendBytes(body);
    }
  }

  @Override
  public Envelope decodeFromWire(int position, Buffer buffer) {
    Cursor in = new Cursor(buffer, position);
    long correlation = in.nextLong();
    String replyTo = in.nextText();
    String fault = in.nextText();
    String tagOrDetail = in.nextText();
    if (!fault.isEmpty()) {
      return Envelope.fault(correlation, code(fault), tagOrDetail);
    }
    return read(correlation, replyTo.isEmpty() ? null : replyTo, tagOrDetail, in.nextBytes());
  }

  @Override
  public Envelope transform(Envelope envelope) {
    return envelope;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }

  private Envelope read(long correlation, @Nullable String replyTo, String tag, byte[] body) {
    ObjectReader reader = readers.get(tag);
    if (reader == null) {
      return Envelope.unreadable(correlation, replyTo, "unknown message \"" + tag + "\"");
    }
    try {
      return new Envelope(correlation, replyTo, reader.readValue(body), null, "");
    } catch (JsonProcessingException e) {
      return Envelope.unreadable(correlation, replyTo, tag + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A fault that only a newer version knows is a fault all the same. */
  private static Code code(String name) {
    return Arrays.stream(Code.values())
        .filter(code -> code.name().equals(name))
        .findAny()
        .orElse(Code.FAULT);
  }

  private Writer writer(BusMessage message) {
    Writer writer = writers.get(message.getClass());
    if (writer == null) {
      throw new IllegalArgumentException(message.getClass() + " is not a message");
    }
    return writer;
  }

  private void learn(Class<?> type) {
    if (type.isRecord()) {
      String tag = type.getSimpleName();
      if (readers.put(tag, mapper.readerFor(type)) != null) {
        throw new IllegalStateException("two messages are tagged " + tag);
      }
      writers.put(type, new Writer(tag, mapper.writerFor(type)));
    } else {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        learn(permitted);
      }
    }
  }

  private static void append(Buffer buffer, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    buffer.appendInt(utf8.length).appendBytes(utf8);
  }

  /** Reads a buffer from front to back. */
  private static final class Cursor {
    private final Buffer buffer;
    private int position;

    Cursor(Buffer buffer, int position) {
      this.buffer = buffer;
      this.position = position;
    }

    long nextLong() {
      position += Long.BYTES;
      return buffer.getLong(position - Long.BYTES);
    }

    byte[] nextBytes() {
      int start = position + Integer.BYTES;
      position = start + buffer.getInt(position);
      return buffer.getBytes(start, position);
    }

    String nextText() {
      return new String(nextBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The longest that a long holds rather than an exception: it would break the connection. */
  private static long nanos(Duration time) {
    return TimeUnit.NANOSECONDS.convert(time);
  }

  private static SimpleModule times() {
    return new SimpleModule()
        .addSerializer(
            Duration.class,
            new JsonSerializer<>() {
              @Override
              public void serialize(Duration value, JsonGenerator out, SerializerProvider all)
                  throws IOException {
                out.writeNumber(nanos(value));
              }
            })
        .addDeserializer(
            Duration.class,
            new JsonDeserializer<>() {
              @Override
              public Duration deserialize(JsonParser in, DeserializationContext all)
                  throws IOException {
                return Duration.ofNanos(in.getLongValue());
              }
            })
        .addSerializer(
            Instant.class,
            new JsonSerializer<>() {
              @Override
              public void serialize(Instant value, JsonGenerator out, SerializerProvider all)
                  throws IOException {
                out.writeNumber(value.toEpochMilli());
              }
            })
        .addDeserializer(
            Instant.class,
            new JsonDeserializer<>() {
              @Override
              public @Nullable Instant deserialize(JsonParser in, DeserializationContext all)
                  throws IOException {
                return Instant.ofEpochMilli(in.getLongValue());
              }
            });
  }
}
