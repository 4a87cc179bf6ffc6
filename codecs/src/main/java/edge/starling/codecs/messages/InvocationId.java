package edge.starling.codecs.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A call's name for its whole life, on every node and in every answer ({@code X-Call-Id}). */
public record InvocationId(@JsonValue String value) {
  @JsonCreator
  public InvocationId {}

  public static InvocationId random() {
    return new InvocationId(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
