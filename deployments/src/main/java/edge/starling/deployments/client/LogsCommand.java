package edge.starling.deployments.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edge.starling.codecs.messages.FunctionName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code starling logs}. */
@Command(
    name = "logs",
    description = "Show what a function has logged on all nodes, ordered by time.",
    footer = {"", "Example: starling logs hello --follow --since 10m"})
public final class LogsCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Streams streams;
  @Mixin private NodeOptions node = new NodeOptions();

  @Parameters(paramLabel = "NAME", converter = Name.class, description = "NAME or NAME.NAMESPACE.")
  private FunctionName name;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what is logged from now on, until the command is ended.")
  private boolean follow;

  @Option(
      names = "--tail",
      paramLabel = "N",
      description = "Only the last N lines; -1 for all (${DEFAULT-VALUE}).")
  private int tail = -1;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Since.class,
      description = "Only lines of the last while, such as 10m, or from a time on (RFC 3339).")
  private @Nullable Instant since;

  @Option(names = "--node", paramLabel = "NODE", description = "Only lines of the node so called.")
  private @Nullable String instance;

  @Option(names = "--raw", description = "The bare lines, without their times and nodes.")
  private boolean raw;

  public LogsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    NodeClient client = node.client();
    Answer answer = client.lines(client.to(path()).GET(), this::print);
    if (answer.isFailure()) {
      throw new CommandFailure(ExitCode.FAILED, answer.text().strip());
    }
    return ExitCode.OK;
  }

  private String path() {
    StringBuilder path = new StringBuilder("/system/logs?follow=" + follow + "&tail=" + tail);
    add(path, "name", name.name());
    add(path, "namespace", name.namespace());
    add(path, "since", since == null ? null : since.toString());
    add(path, "instance", instance);
    return path.toString();
  }

  private static void add(StringBuilder path, String key, @Nullable String value) {
    if (value != null) {
      path.append('&').append(key).append('=');
      path.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }

  private void print(String line) {
    JsonNode message = read(line);
    String text = message.path("text").asText();
    streams
        .out()
        .println(
            raw
                ? text
                : message.path("timestamp").asText()
                    + " "
                    + message.path("instance").asText()
                    + " "
                    + text);
    if (streams.out().checkError()) {
      throw new CommandFailure(ExitCode.FAILED, "nobody reads the output any more");
    }
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "the answer is not a line of JSON; is this a Starling node?", e);
    }
  }
}
