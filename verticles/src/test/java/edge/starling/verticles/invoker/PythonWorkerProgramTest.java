package edge.starling.verticles.invoker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker program by itself, with the test in the node's place. */
class PythonWorkerProgramTest {
  @TempDir private Path folder;
  private Process worker;
  private int port;

  @BeforeEach
  void start() throws IOException {
    Path program = Programs.write(List.of("worker.py", "starling_handler.py"), folder);
    Path handler = folder.resolve("handler.py");
    Files.writeString(
        handler,
        """
        import subprocess
        child = subprocess.Popen(["sleep", "600"])
        open("child", "w").write(str(child.pid))
        def handle(req):
            return req
        """);
    worker =
        new ProcessBuilder("python3", program.toString(), handler.toString(), "f", "ns")
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    worker.getOutputStream().write("right\n".getBytes(US_ASCII));
    worker.getOutputStream().flush();
    try (BufferedReader reader = worker.inputReader(US_ASCII)) {
      port = Integer.parseInt(reader.readLine());
      assertThat(reader.readLine()).as("nothing more on stdout").isNull();
    }
  }

  @AfterEach
  void end() {
    worker.descendants().forEach(ProcessHandle::destroyForcibly);
    worker.destroyForcibly();
  }

  @Test
  void endsWithAllItsProcessesWhenItsNodeIsGone() throws Exception {
    long child = Long.parseLong(Files.readString(folder.resolve("child")));

    worker.getOutputStream().close();

    assertThat(worker.waitFor(30, SECONDS)).isTrue();
    await().until(() -> !ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void turnsStrangersAway() throws IOException {
    assertThat(statusLine("X-Starling-Secret: wrong\r\n")).isEqualTo("HTTP/1.1 403 Forbidden");
    assertThat(statusLine("")).isEqualTo("HTTP/1.1 403 Forbidden");
    assertThat(statusLine("X-Starling-Secret: right\r\n")).isEqualTo("HTTP/1.1 200 OK");
  }

  private String statusLine(String secret) throws IOException {
    String head = "{\"id\":\"1\"}";
    String request =
        "POST / HTTP/1.1\r\nHost: x\r\n"
            + secret
            + "Content-Length: "
            + (4 + head.length())
            + "\r\n\r\n\0\0\0"
            + (char) head.length()
            + head;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 403 Forbidden".length());
      return new String(line, US_ASCII).lines().findFirst().orElseThrow();
    }
  }
}
