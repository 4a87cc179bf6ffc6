package edge.starling.verticles.gateway;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import edge.starling.codecs.messages.InvokerMessage.LogLine;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * A line of a function's log as gateways tell it.
 *
 * @param timestamp as RFC 3339 has it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record GatewayLine(String timestamp, String text) {
  LogLine line() {
    return new LogLine(at(), text);
  }

  private Instant at() {
    try {
      return OffsetDateTime.parse(timestamp).toInstant();
    } catch (DateTimeException e) {
      return Instant.now();
    }
  }
}
