package edge.starling.loadtest.gatling;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;

/**
 * Why calls got no answer: Gatling tells it nobody but its log, by virtual user, before that user
 * goes on. Thread-safe.
 */
final class FailureTexts extends AppenderBase<ILoggingEvent> {
  private static final String LOGGER = "io.gatling.http.engine.response";

  private final Map<Long, String> texts = new ConcurrentHashMap<>();

  private FailureTexts() {}

  static FailureTexts listen() {
    FailureTexts listening = new FailureTexts();
    Logger log = (Logger) LoggerFactory.getLogger(LOGGER);
    listening.setContext(log.getLoggerContext());
    listening.start();
    log.setLevel(Level.DEBUG);
    log.setAdditive(false);
    log.addAppender(listening);
    return listening;
  }

  /** Of this user's call that has just failed, once. */
  String take(long user) {
    return Objects.requireNonNullElse(texts.remove(user), "no answer");
  }

  @Override
  protected void append(ILoggingEvent event) {
    Object[] told = event.getArgumentArray();
    if (told != null && told.length == 3 && told[1] instanceof Long user) {
      texts.put(user, String.valueOf(told[2]));
    }
  }
}
