package edge.starling.codecs.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A node in one of its lives: the name stays in its data folder, the incarnation grows by one at
 * each start, so whatever is said of an earlier life can be told from the present one.
 *
 * @param name a label as in {@link FunctionName#LABEL}
 * @param incarnation from 1
 */
public record NodeId(String name, long incarnation) {
  public NodeId {
    if (!FunctionName.LABEL.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a node's name is " + FunctionName.LABEL_RULE + ", not \"" + name + "\"");
    }
  }

  /**
   * Reads {@code name.incarnation}, the inverse of {@link #toString}.
   *
   * @throws IllegalArgumentException for another form
   */
  @JsonCreator
  public static NodeId parse(String text) {
    int dot = text.lastIndexOf('.');
    if (dot < 0) {
      throw new IllegalArgumentException("a node is NAME.INCARNATION, not \"" + text + "\"");
    }
    return new NodeId(text.substring(0, dot), Long.parseLong(text.substring(dot + 1)));
  }

  @JsonValue
  @Override
  public String toString() {
    return name + "." + incarnation;
  }
}
