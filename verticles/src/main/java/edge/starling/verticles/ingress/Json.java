package edge.starling.verticles.ingress;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;

/** How the ingress writes JSON: snake case, without what is null. Thread-safe. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();
  private static final ObjectWriter WRITER = MAPPER.writer();
  private static final ObjectWriter AS_NAMED =
      MAPPER
          .rebuild()
          .propertyNamingStrategy(PropertyNamingStrategies.LOWER_CAMEL_CASE)
          .build()
          .writer();

  private Json() {}

  static byte[] bytes(Object value) {
    return written(WRITER, value);
  }

  /** With the names as they stand in the records, which is what clients of OpenFaaS read. */
  static byte[] asNamed(Object value) {
    return written(AS_NAMED, value);
  }

  private static byte[] written(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
