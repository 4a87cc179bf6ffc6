package edge.starling.verticles;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import edge.starling.codecs.messages.Description.RuntimeKind;
import edge.starling.codecs.messages.Description.Settings;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Values that tests of several packages talk of. */
public final class Sample {
  public static final NodeId A = new NodeId("a", 1);
  public static final NodeId B = new NodeId("b", 1);
  public static final NodeId C = new NodeId("c", 1);
  public static final NodeId D = new NodeId("d", 1);
  public static final FunctionName HELLO = FunctionName.parse("hello");
  public static final Occupancy IDLE = new Occupancy(0, 0, 16, 64, 512);
  public static final Capacity SLOTS = new Capacity(Capacity.Kind.SLOTS, 16);
  public static final Occupancy FULL = new Occupancy(16, 64, 16, 64, 512);

  private Sample() {}

  public static FunctionVersion version(long counter) {
    return new FunctionVersion(counter, "0123456789ab");
  }

  public static Description hello(long counter) {
    return description("hello", counter);
  }

  public static Description description(String name, long counter) {
    return description(FunctionName.parse(name), version(counter), Duration.ofSeconds(10));
  }

  public static Description description(
      FunctionName name, FunctionVersion version, Duration timeout) {
    return new Description(
        name,
        version,
        Form.WASM,
        new Settings(RuntimeKind.WASM, 16, timeout, Map.of("SECRET", "s"), Map.of("team", "t")),
        new Artefact("handler.wasm", "ff", 10),
        null,
        Instant.ofEpochMilli(1_700_000_000_000L));
  }

  public static Request post(String body) {
    return new Request("POST", "/", null, Headers.NONE, Body.utf8(body));
  }

  public static Request get() {
    return new Request("GET", "/", null, Headers.NONE, Body.EMPTY);
  }
}
