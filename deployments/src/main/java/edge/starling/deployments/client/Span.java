package edge.starling.deployments.client;

import edge.starling.config.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a length of time as the settings are written: {@code 500ms}, {@code 2.5s}, {@code 1m}. */
final class Span implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    try {
      Duration span = Durations.parse(text);
      if (span.toMillis() > 0) {
        return span;
      }
    } catch (IllegalArgumentException e) {
      // falls through to the same message
    }
    throw new TypeConversionException("\"" + text + "\" is not " + Durations.RULE);
  }
}
