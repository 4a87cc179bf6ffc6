package edge.starling.deployments.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Shows what a node tells of a function while it takes it in: a deployment that has to make an
 * image first may take minutes. Nothing hangs on it, so what goes wrong with it is not shown.
 */
final class DeploymentEvents {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENT = "[starling] ";
  private static final Duration UNTIL_KNOWN = Duration.ofMillis(300);

  private final NodeClient client;
  private final String path;
  private final PrintStream to;
  private final Thread thread;
  private volatile boolean closed;

  private DeploymentEvents(NodeClient client, String path, PrintStream to) {
    this.client = client;
    this.path = path;
    this.to = to;
    this.thread = new Thread(this::follow, "deployment-events");
    thread.setDaemon(true);
  }

  /** Sends a deployment, and shows what is told of its function meanwhile. */
  static Answer showDuring(
      Supplier<Answer> send, NodeClient client, String function, PrintStream to) {
    String since = URLEncoder.encode(Instant.now().toString(), StandardCharsets.UTF_8);
    DeploymentEvents events =
        new DeploymentEvents(
            client, "/system/logs?follow=true&name=" + function + "&since=" + since, to);
    events.thread.start();
    try {
      return send.get();
    } finally {
      events.closed = true;
      events.thread.interrupt();
    }
  }

  private void follow() {
    while (!closed) {
      try {
        client.lines(client.to(path).GET(), this::show);
      } catch (CommandFailure e) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(UNTIL_KNOWN.toMillis()));
    }
  }

  private void show(String line) {
    try {
      String text = JSON.readTree(line).path("text").asText();
      if (!closed && text.startsWith(EVENT)) {
        to.println(text.substring(EVENT.length()));
      }
    } catch (JsonProcessingException e) {
      closed = true;
    }
  }
}
