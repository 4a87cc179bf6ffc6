package edge.starling.verticles.invoker;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.event.events.ProgressEvent;
import com.google.cloud.tools.jib.event.events.TimerEvent;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Tells what goes on while an image is pushed, in lines for the deployer. Thread-safe. */
final class PushProgress {
  /** As Jib calls what it does; what it calls otherwise is not told. */
  private static final String BLOB = "pushing blob ";

  private static final String UPLOAD = "pushBlob PATCH ";
  private static final int SHORT_DIGEST = "sha256:".length() + 12;
  private static final double KIB = 1024;

  private final Consumer<String> lines;
  private final Map<String, Long> sizes = new HashMap<>();

  PushProgress(Consumer<String> lines) {
    this.lines = lines;
  }

  void listenTo(Containerizer containerizer) {
    containerizer
        .addEventHandler(ProgressEvent.class, this::progressed)
        .addEventHandler(TimerEvent.class, this::timed)
        .addEventHandler(LogEvent.class, this::logged);
  }

  private synchronized void progressed(ProgressEvent event) {
    String what = event.getAllocation().getDescription();
    if (what.startsWith(BLOB)) {
      sizes.put(what.substring(BLOB.length()), event.getAllocation().getAllocationUnits());
    }
  }

  /** Blobs that the registry has are not uploaded. */
  private synchronized void timed(TimerEvent event) {
    String what = event.getDescription();
    if (what.startsWith(UPLOAD) && event.getState() == TimerEvent.State.LAP) {
      String digest = what.substring(UPLOAD.length());
      Long bytes = sizes.get(digest);
      if (bytes != null) {
        String start = digest.substring(0, Math.min(SHORT_DIGEST, digest.length()));
        lines.accept("pushes " + size(bytes) + ", " + start);
      }
    }
  }

  private synchronized void logged(LogEvent event) {
    if (event.getLevel() == LogEvent.Level.WARN) {
      lines.accept(event.getMessage().strip());
    }
  }

  private static String size(long bytes) {
    if (bytes < KIB) {
      return bytes + " bytes";
    }
    return bytes < KIB * KIB
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / KIB)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / KIB / KIB);
  }
}
