package edge.starling.deployments.client;

import com.github.mizosoft.methanol.ProgressTracker;
import java.io.PrintStream;
import java.net.http.HttpRequest.BodyPublisher;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows a bar on a terminal while a large body is sent. */
final class UploadProgress {
  private static final long WORTH_A_BAR = 1 << 20;
  private static final long STEP = 64 << 10;

  private UploadProgress() {}

  static BodyPublisher watch(BodyPublisher body, PrintStream terminal) {
    if (body.contentLength() < WORTH_A_BAR) {
      return body;
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("sending")
            .setInitialMax(body.contentLength())
            .setUnit(" MiB", 1 << 20)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(terminal))
            .build();
    return ProgressTracker.newBuilder()
        .bytesTransferredThreshold(STEP)
        .build()
        .tracking(
            body,
            progress -> {
              bar.stepTo(progress.totalBytesTransferred());
              if (progress.done()) {
                bar.close();
              }
            });
  }
}
