package edge.starling.verticles.manycall;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;

/** What is wrong with a JSON text, for who wrote it: nothing of the library that read it. */
final class JsonFault {
  private JsonFault() {}

  static String of(JsonProcessingException fault) {
    if (fault instanceof StreamConstraintsException) {
      return "it is nested deeper than "
          + StreamReadConstraints.DEFAULT_MAX_DEPTH
          + " levels, or has a number of more than "
          + StreamReadConstraints.DEFAULT_MAX_NUM_LEN
          + " digits";
    }
    String what =
        fault
            .getOriginalMessage()
            .replaceAll("\\[Source: [^;]*; ", "[")
            .replaceAll(": enable `[^`]*` to allow", " is not allowed");
    JsonLocation where = fault.getLocation();
    return where == null ? what : what + " (byte " + where.getByteOffset() + ")";
  }
}
