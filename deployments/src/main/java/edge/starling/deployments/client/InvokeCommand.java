package edge.starling.deployments.client;

import edge.starling.codecs.messages.FunctionName;
import java.io.FileNotFoundException;
import java.io.PrintStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code starling invoke}. */
@Command(
    name = "invoke",
    description = "Call a function; its answer goes to standard output as it is.",
    footer = {"", "Example: starling invoke thumbnail --file photo.png --path '?size=64' > s.png"})
public final class InvokeCommand implements Callable<Integer> {
  private final Streams streams;
  @Mixin private NodeOptions node = new NodeOptions();

  @Parameters(paramLabel = "NAME", converter = Name.class, description = "NAME or NAME.NAMESPACE.")
  private FunctionName name;

  @ArgGroup private Input input = new Input();

  @Option(
      names = {"-X", "--method"},
      paramLabel = "METHOD",
      defaultValue = "POST",
      description = "The method the function sees (${DEFAULT-VALUE}).")
  private String method = "POST";

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = "What follows the function's name, such as /p?q=1.")
  private String path = "";

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'NAME: VALUE'",
      description = "A header of the request; repeatable.")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Span.class,
      description = "Most time of the call, such as 2.5s.")
  private @Nullable Duration timeout;

  @Option(
      names = {"-i", "--include"},
      description = "Print the status and the headers first.")
  private boolean include;

  /** The body's source; at most one. */
  static final class Input {
    @Option(
        names = {"-d", "--data"},
        paramLabel = "TEXT",
        description = "The body.")
    private @Nullable String data;

    @Option(
        names = {"-f", "--file"},
        paramLabel = "FILE",
        description = "The body's file; - for standard input.")
    private @Nullable Path file;
  }

  public InvokeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    NodeClient client = node.client(timeout);
    Answer answer = client.send(invocation().request(client));
    show(answer);
    return answer.isFailure() ? ExitCode.FAILED : ExitCode.OK;
  }

  private Invocation invocation() {
    return new Invocation(
        name.shortest(),
        method.toUpperCase(Locale.ROOT),
        path,
        headers,
        contentType(),
        timeout,
        body());
  }

  private @Nullable String contentType() {
    if (input.data != null) {
      return "text/plain; charset=utf-8";
    }
    return input.file == null ? null : "application/octet-stream";
  }

  private BodyPublisher body() {
    if (input.data != null) {
      return BodyPublishers.ofString(input.data);
    }
    if (input.file == null) {
      return BodyPublishers.noBody();
    }
    return input.file.equals(Path.of("-"))
        ? BodyPublishers.ofInputStream(streams::in)
        : ofFile(input.file);
  }

  private static BodyPublisher ofFile(Path file) {
    try {
      return BodyPublishers.ofFile(file);
    } catch (FileNotFoundException e) {
      throw new CommandFailure(ExitCode.USAGE, "no such file: " + file, e);
    }
  }

  /** A problem of the node's goes to the error stream; a function's own answer never does. */
  private void show(Answer answer) {
    PrintStream out = streams.out();
    if (include) {
      out.println("HTTP/1.1 " + answer.status());
      answer.headers().map().forEach((name, values) -> printHeader(name, values));
      out.println();
    }
    if (!answer.isProblem()) {
      out.write(answer.body(), 0, answer.body().length);
    }
    out.flush();
    if (answer.isFailure()) {
      streams.err().println(answer.failure());
    }
  }

  private void printHeader(String header, List<String> values) {
    values.forEach(value -> streams.out().println(header + ": " + value));
  }
}
