package edge.starling.verticles.invoker;

import com.google.cloud.tools.jib.api.InsecureRegistryException;
import com.google.cloud.tools.jib.api.RegistryAuthenticationFailedException;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.http.ResponseException;
import edge.starling.codecs.messages.InvokerMessage.Obstacle;
import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;

/** What a registry, or the way to it, has against an image, in words for the deployer. */
final class RegistryProblem {
  private RegistryProblem() {}

  /**
   * @param what begins the sentence
   */
  static Unfit unfit(String what, ExecutionException failed) {
    Throwable cause = failed;
    while (cause instanceof ExecutionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new Unfit(obstacle(cause), what + ": " + told(cause));
  }

  /** What may be better in a while is not the function's fault. */
  private static Obstacle obstacle(Throwable cause) {
    boolean away =
        cause instanceof ResponseException answer
            ? answer.getStatusCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR
            : cause instanceof IOException;
    return away ? Obstacle.RUNTIME_DOWN : Obstacle.UNFIT;
  }

  private static String told(Throwable cause) {
    if (cause instanceof RegistryUnauthorizedException refused) {
      return refused.getImageReference() + ": " + credentials();
    }
    if (cause instanceof RegistryAuthenticationFailedException refused) {
      return refused.getServerUrl() + "/" + refused.getImageName() + ": " + credentials();
    }
    if (cause instanceof InsecureRegistryException) {
      return "it speaks no TLS, or nobody vouches for its certificate"
          + " (runtimes.openfaas.images.insecure)";
    }
    if (cause instanceof UnknownHostException) {
      return "there is no host " + cause.getMessage();
    }
    if (cause instanceof ResponseException answer) {
      return "status " + answer.getStatusCode();
    }
    boolean speaks = cause instanceof RegistryException || cause instanceof ConnectException;
    String message = cause.getMessage();
    if (message == null) {
      return cause.getClass().getSimpleName();
    }
    return speaks ? message.strip() : cause.getClass().getSimpleName() + ": " + message.strip();
  }

  private static String credentials() {
    return "the registry refuses the credentials"
        + " (runtimes.openfaas.images.user and runtimes.openfaas.images.password)";
  }
}
