package edge.starling.verticles.ingress;

import edge.starling.verticles.ingress.DeploymentForm.Field;
import edge.starling.verticles.ingress.DeploymentForm.FilePart;
import io.vertx.core.Future;
import java.util.List;

/**
 * A form whose files lie on this node's disk until they are discarded. Confined to the event loop
 * of its exchange.
 */
record ReceivedForm(List<Field> fields, List<ReceivedFile> files) {
  DeploymentForm content() {
    return new DeploymentForm(fields, files.stream().map(ReceivedForm::part).toList());
  }

  /** Completes when the whole files are on disk. */
  Future<?> written() {
    return Future.all(files.stream().map(ReceivedFile::close).toList());
  }

  /** To be called however it ends; harmless for files that went elsewhere. */
  void discard() {
    files.forEach(ReceivedFile::discard);
  }

  private static FilePart part(ReceivedFile file) {
    return new FilePart(file.name(), file.fileName(), file.path(), file.length());
  }
}
