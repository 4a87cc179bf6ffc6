package edge.starling.loadtest.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import edge.starling.loadtest.Main;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HaProxyTest {
  @TempDir private Path folder;

  @BeforeEach
  void needsHaProxy() {
    assumeTrue(HaProxy.isInstalled(), "haproxy is not installed");
  }

  @Test
  void twoHopsOfEachFormLeadToTheServer() throws Exception {
    try (ServerProcess echo =
        BareServer.start(
            Main.class.getName(), folder, BareServer.Kind.ECHO, null, List.of("-Xmx64m"))) {
      for (HaProxy.Form form : HaProxy.Form.values()) {
        try (ServerProcess near = HaProxy.start(form, echo, folder);
            ServerProcess far = HaProxy.start(form, near, folder)) {
          assertThat(post(far)).as(form.name()).isEqualTo("through both");
        }
      }
    }
  }

  private static String post(ServerProcess server) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.url("/"))
            .POST(HttpRequest.BodyPublishers.ofString("through both"))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}
