package edge.starling.deployments.client;

import edge.starling.codecs.messages.FunctionName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code starling map}. */
@Command(
    name = "map",
    description =
        "Call a function once for each line of JSON; the answers come as lines, in their order.",
    footer = {"", "Example: starling map sha256 --items words.jsonl > hashes.jsonl"})
public final class MapCommand implements Callable<Integer> {
  private final Streams streams;
  @Mixin private NodeOptions node = new NodeOptions();

  @Parameters(paramLabel = "NAME", converter = Name.class, description = "NAME or NAME.NAMESPACE.")
  private FunctionName name;

  @Option(
      names = "--items",
      paramLabel = "FILE",
      required = true,
      description =
          "A JSON value a line: a string reaches the function as its text; - for"
              + " standard input.")
  private Path items = Path.of("-");

  @Option(
      names = "--retries",
      paramLabel = "N",
      description = "So often an item is sent again whose node was lost after it had started.")
  private @Nullable Long retries;

  @Option(names = "--concurrency", paramLabel = "N", description = "Most items in flight.")
  private @Nullable Long concurrency;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Span.class,
      description = "Most time of one item, such as 2.5s.")
  private @Nullable Duration timeout;

  @Option(
      names = "--total-timeout",
      paramLabel = "TIME",
      converter = Span.class,
      description = "Most time of all items (1h).")
  private @Nullable Duration totalTimeout;

  public MapCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    Path request = Files.createTempFile("starling-map-", ".json");
    try {
      int count = writeRequest(request);
      AnswerLines answers = new AnswerLines(streams.out());
      send(request, count, answers);
      if (answers.taken() < count) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "the answer broke off: %d of %d items".formatted(answers.taken(), count));
      }
      if (answers.failed() > 0) {
        streams.err().printf("%d of %d items failed%n", answers.failed(), count);
        return ExitCode.FAILED;
      }
      return ExitCode.OK;
    } finally {
      Files.delete(request);
    }
  }

  private int writeRequest(Path request) throws IOException {
    boolean fromInput = items.equals(Path.of("-"));
    if (!fromInput && Files.isDirectory(items)) {
      throw new CommandFailure(ExitCode.USAGE, items + " is a folder, not a file");
    }
    try (BufferedReader lines =
        fromInput
            ? new BufferedReader(new InputStreamReader(streams.in(), StandardCharsets.UTF_8))
            : Files.newBufferedReader(items)) {
      return ItemLines.writeRequest(lines, terms(), request);
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.USAGE, "there is no file " + items, e);
    } catch (CharacterCodingException e) {
      throw new CommandFailure(ExitCode.USAGE, items + " is not UTF-8", e);
    } catch (FileSystemException e) {
      throw new CommandFailure(ExitCode.USAGE, items + " cannot be read: " + e.getReason(), e);
    }
  }

  private Map<String, Long> terms() {
    Map<String, Long> terms = new LinkedHashMap<>();
    put(terms, "retries", retries);
    put(terms, "concurrency", concurrency);
    put(terms, "timeout_ms", timeout == null ? null : timeout.toMillis());
    put(terms, "total_timeout_ms", totalTimeout == null ? null : totalTimeout.toMillis());
    return terms;
  }

  private static void put(Map<String, Long> terms, String name, @Nullable Long value) {
    if (value != null) {
      terms.put(name, value);
    }
  }

  private void send(Path request, int count, AnswerLines answers) throws IOException {
    NodeClient client = node.client(totalTimeout);
    HttpRequest.Builder post =
        client
            .to("/functions/" + name.shortest() + "/executions/manycall")
            .header("Content-Type", "application/json")
            .header("Accept", "application/x-ndjson")
            .POST(BodyPublishers.ofFile(request));
    if (!streams.terminal()) {
      client.lines(post, answers::take).orFail();
      return;
    }
    try (ProgressBar bar = bar(count)) {
      Consumer<String> take =
          line -> {
            answers.take(line);
            bar.step();
          };
      client.lines(post, take).orFail();
    }
  }

  private ProgressBar bar(int count) {
    return new ProgressBarBuilder()
        .setTaskName(name.shortest())
        .setInitialMax(count)
        .setStyle(ProgressBarStyle.ASCII)
        .setConsumer(new ConsoleProgressBarConsumer(streams.err()))
        .build();
  }
}
