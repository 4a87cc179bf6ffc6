package edge.starling.loadtest.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process, mostly of Java, that serves HTTP on a loopback port, with its output in a log file. It
 * is ended by its handle: asked first, then made to. For one thread, but for {@link #close}.
 */
public final class ServerProcess implements AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private static final Duration TO_START = Duration.ofSeconds(60);
  private static final Duration TO_END = Duration.ofSeconds(10);
  private static final int LAST_WORDS = 4_000;

  private final String name;
  private final URI url;
  private final Path log;
  private final Process process;
  private volatile boolean accountedFor;
  private volatile boolean stopped;

  private ServerProcess(String name, URI url, Path log, Process process) {
    this.name = name;
    this.url = url;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a server with the Java that runs this; it is not ready yet.
   *
   * @param flags of the JVM
   * @param command the class or {@code -jar FILE}, and its arguments
   */
  public static ServerProcess start(
      String name, int httpPort, List<String> flags, List<String> command, Path folder)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(flags);
    line.addAll(command);
    return start(name, httpPort, line, folder);
  }

  /**
   * Starts a server of any kind; it is not ready yet.
   *
   * @param line the program and its arguments
   */
  static ServerProcess start(String name, int httpPort, List<String> line, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    Path log = folder.resolve(name + ".log");
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new ServerProcess(name, URI.create("http://127.0.0.1:" + httpPort), log, process);
  }

  public String name() {
    return name;
  }

  public URI url(String path) {
    return url.resolve(path);
  }

  /** Waits until {@code GET /readyz} answers 200. */
  public void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TO_START.toNanos();
    while (!isReady()) {
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw failed("ended with status " + process.exitValue() + " before it was ready");
      }
      if (System.nanoTime() - deadline > 0) {
        throw failed("is not ready after " + TO_START.toSeconds() + " s");
      }
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      HttpRequest ready =
          HttpRequest.newBuilder(url("/readyz")).timeout(Duration.ofSeconds(2)).build();
      return HTTP.send(ready, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // it does not listen yet, or has just ended
    }
  }

  /**
   * All the processor time that it has used, in steps of 10 ms on Linux; zero where the platform
   * does not tell.
   */
  public Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** SIGTERM: asks it to end, without waiting for it. */
  public void terminate() {
    accountedFor = true;
    process.destroy();
  }

  /** SIGKILL, and waits until it is gone. */
  public void kill() throws InterruptedException {
    accountedFor = true;
    process.destroyForcibly().waitFor();
  }

  /** SIGSTOP: it stands still from now on, with its connections open. */
  public void suspend() throws IOException, InterruptedException {
    stopped = true;
    signal("STOP");
  }

  /** SIGCONT: it goes on as if no time had passed. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
    stopped = false;
  }

  /** Whether it has ended within this time. */
  public boolean hasEndedWithin(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void signal(String name) throws IOException, InterruptedException {
    List<String> kill = List.of("kill", "-" + name, String.valueOf(process.pid()));
    int status = new ProcessBuilder(kill).start().waitFor();
    if (status != 0) {
      throw new IOException("kill -" + name + " ended with status " + status);
    }
  }

  ServerFailed failed(String what) throws IOException {
    accountedFor = true;
    return new ServerFailed(obituary(what));
  }

  private String obituary(String what) throws IOException {
    return name + " " + what + "; the end of " + log + ":\n" + lastWords();
  }

  /**
   * That it has ended by itself, with the end of its log; empty if it runs, was closed, or has
   * failed with a message before.
   */
  public Optional<String> lastWordsIfDead() throws IOException {
    return accountedFor || isAlive()
        ? Optional.empty()
        : Optional.of(obituary("ended with status " + process.exitValue()));
  }

  private String lastWords() throws IOException {
    byte[] all = Files.readAllBytes(log);
    int from = Math.max(0, all.length - LAST_WORDS);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    terminate();
    try {
      if (stopped || !process.waitFor(TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor(); // what is stopped takes no other signal
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
