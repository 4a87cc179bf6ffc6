package edge.starling.verticles.invoker;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.global.JibSystemProperties;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.ResponseException;
import com.google.cloud.tools.jib.registry.RegistryClient;
import edge.starling.config.ImagesConfig;
import edge.starling.config.ValueOrFile;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The registry where the images of functions are, as its user sees it. Every method blocks. */
final class ImageRegistry {
  private final ImagesConfig config;
  private final String host;
  private final @Nullable Credential credential;

  /**
   * @param host of the registry
   * @throws edge.starling.config.InvalidConfig where the file with the password cannot be read
   */
  ImageRegistry(ImagesConfig config, String host) {
    this.config = config;
    this.host = host;
    credential =
        config.user().isEmpty()
            ? null
            : Credential.from(
                config.user(),
                ValueOrFile.read(
                    "runtimes.openfaas.images.password-file",
                    config.passwordFile(),
                    config.password()));
    if (credential != null && config.insecure()) {
      // Whoever allows a registry without TLS and gives a password means it to be sent there.
      System.setProperty(JibSystemProperties.SEND_CREDENTIALS_OVER_HTTP, "true");
    }
  }

  /** An image to push or pull, with the user's password where this registry has it. */
  RegistryImage image(ImageReference name) {
    RegistryImage image = RegistryImage.named(name);
    if (credential != null && name.getRegistry().equals(host)) {
      image.addCredential(credential.getUsername(), credential.getPassword());
    }
    return image;
  }

  /**
   * The digest of the image that has this name, where there is one. Called on a thread that does
   * nothing else afterwards.
   */
  Optional<String> digest(ImageReference name) throws IOException, RegistryException {
    FailoverHttpClient http =
        new FailoverHttpClient(config.insecure(), config.insecure(), ImageRegistry::logged);
    try {
      RegistryClient.Factory factory =
          RegistryClient.factory(EventHandlers.NONE, host, name.getRepository(), http);
      if (credential != null) {
        factory.setCredential(credential);
      }
      RegistryClient client = factory.newRegistryClient();
      if (!client.doPullBearerAuth() && credential != null) {
        client.configureBasicAuth();
      }
      return client
          .checkManifest(name.getQualifier())
          .map(manifest -> manifest.getDigest().toString());
    } catch (RegistryException e) {
      if (e.getCause() instanceof ResponseException answer
          && answer.getStatusCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Optional.empty(); // not even the repository is there
      }
      throw e;
    } finally {
      http.shutDown();
    }
  }

  /**
   * The client tries again for a minute, and tells only then what is wrong. On an interrupted
   * thread it tells so when it fails next.
   */
  private static void logged(LogEvent event) {
    if (event.getLevel() == LogEvent.Level.WARN) {
      Thread.currentThread().interrupt();
    }
  }
}
