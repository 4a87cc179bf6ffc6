package edge.starling.loadtest.servers;

import java.io.IOException;

/** A server did not start or did not do what it was told; the message ends with its last words. */
public final class ServerFailed extends IOException {
  private static final long serialVersionUID = 1;

  ServerFailed(String message) {
    super(message);
  }
}
