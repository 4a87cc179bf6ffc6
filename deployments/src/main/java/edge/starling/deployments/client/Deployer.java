package edge.starling.deployments.client;

import com.github.mizosoft.methanol.MultipartBodyPublisher;
import java.io.FileNotFoundException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.function.UnaryOperator;

/** Sends deployments to one node. */
public final class Deployer {
  private static final String PATH = "/functions/deployments";

  private final NodeClient client;
  private final UnaryOperator<BodyPublisher> watch;

  public Deployer(NodeClient client) {
    this(client, UnaryOperator.identity());
  }

  /**
   * @param watch wraps each body that is sent
   */
  Deployer(NodeClient client, UnaryOperator<BodyPublisher> watch) {
    this.client = client;
    this.watch = watch;
  }

  /** Deploys a new function; a taken name is refused. */
  public Answer create(Deployment deployment) {
    return send("POST", PATH, deployment, true);
  }

  /** Makes the function, updates it, or makes the node one more provider of it. */
  public Answer put(Deployment deployment) {
    return send("PUT", PATH + "/" + deployment.name(), deployment, false);
  }

  private Answer send(String method, String path, Deployment deployment, boolean nameInForm) {
    HttpRequest.Builder request = client.to(path);
    try {
      deployment
          .form(nameInForm)
          .ifPresentOrElse(
              form -> attach(request, method, form),
              () -> request.method(method, BodyPublishers.noBody()));
    } catch (FileNotFoundException e) {
      throw new CommandFailure(ExitCode.USAGE, "no such file: " + e.getMessage(), e);
    }
    return client.send(request);
  }

  private void attach(HttpRequest.Builder request, String method, MultipartBodyPublisher form) {
    request.header("Content-Type", form.mediaType().toString()).method(method, watch.apply(form));
  }
}
