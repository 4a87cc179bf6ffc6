package edge.starling.deployments.client;

import edge.starling.config.Durations;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads from when on: so long ago ({@code 10m}), or a time ({@code 2026-11-21T08:57:48Z}). */
final class Since implements ITypeConverter<Instant> {
  private final Clock clock = Clock.systemUTC();

  @Override
  public Instant convert(String text) {
    try {
      return text.indexOf(':') < 0
          ? clock.instant().minus(Durations.parse(text))
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new TypeConversionException(
          "\"" + text + "\" is neither " + Durations.RULE + ", nor like 2026-11-21T08:57:48Z");
    }
  }
}
