package edge.starling.codecs.bus;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.BodyHandle;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.Capacity;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.NodeId;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes records with values that are no defaults and differ from each other: all there, or with
 * nulls and empty collections wherever the record allows them.
 */
final class SampleValues {
  private final boolean sparse;
  private int made;

  SampleValues(boolean sparse) {
    this.sparse = sparse;
  }

  <R extends Record> R record(Class<R> type) {
    try {
      Constructor<R> canonical =
          type.getDeclaredConstructor(
              Arrays.stream(type.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new));
      canonical.setAccessible(true);
      return canonical.newInstance(
          Arrays.stream(type.getRecordComponents()).map(this::component).toArray());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("no sample of " + type, e);
    }
  }

  private @Nullable Object component(RecordComponent component) {
    boolean mayBeNull = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    return sparse && mayBeNull ? null : value(component.getGenericType());
  }

  private Object value(Type type) {
    int number = ++made;
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class
          ? list(generic.getActualTypeArguments()[0])
          : map(generic.getActualTypeArguments()[1]);
    }
    Class<?> plain = (Class<?>) type;
    if (plain == int.class || plain == Integer.class) {
      return 1_000 + number;
    }
    if (plain == long.class) {
      return 5_000_000_000L + number;
    }
    if (plain == double.class) {
      return number + 0.25;
    }
    if (plain == boolean.class) {
      return true;
    }
    if (plain == String.class) {
      return "TEXT-ü-" + number;
    }
    if (plain == Duration.class) {
      return Duration.ofSeconds(number, 123_456_789);
    }
    if (plain == Instant.class) {
      return Instant.ofEpochMilli(1_700_000_000_123L + number);
    }
    if (plain == Bytes.class) {
      return Bytes.wrap(new byte[] {(byte) number, 0, -1, 127, -128});
    }
    if (plain == NodeId.class) {
      return new NodeId("node-" + number, number);
    }
    if (plain == Capacity.class) {
      return new Capacity(Capacity.Kind.RATE, number + 0.25);
    }
    if (plain == FunctionName.class) {
      return new FunctionName("function-" + number, "space-" + number);
    }
    if (plain == Headers.class) {
      return sparse ? Headers.NONE : Headers.of("X-A", "a" + number, "x-a", "ü", "Empty", "");
    }
    if (plain == Body.class) {
      return sparse ? Body.held(record(BodyHandle.class)) : Body.utf8("body " + number);
    }
    if (plain.isEnum()) {
      Object[] constants = plain.getEnumConstants();
      return constants[constants.length - 1];
    }
    if (plain.isRecord()) {
      return record(plain.asSubclass(Record.class));
    }
    throw new AssertionError("no sample of " + type);
  }

  private List<Object> list(Type element) {
    return sparse ? List.of() : List.of(value(element), value(element));
  }

  private Map<String, Object> map(Type element) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (!sparse) {
      map.put("key ü", value(element));
      map.put("", value(element));
    }
    return map;
  }
}
