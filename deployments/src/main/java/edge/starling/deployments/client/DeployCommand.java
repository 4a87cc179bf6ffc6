package edge.starling.deployments.client;

import com.fasterxml.jackson.databind.JsonNode;
import edge.starling.codecs.messages.FunctionName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code starling deploy}. */
@Command(
    name = "deploy",
    description = {
      "Deploy a function: a WebAssembly module, a Python handler, an executable, or with --image"
          + " an OCI image for the node's OpenFaaS gateway.",
      "With --update it replaces the function of that name, or without FILE makes the node one"
          + " more provider of it."
    },
    footer = {"", "Example: starling deploy wordcount.py --name wordcount --timeout 5s"})
public final class DeployCommand implements Callable<Integer> {
  private static final String OPENFAAS = "openfaas";

  private final Streams streams;
  @Spec private CommandSpec spec;
  @Mixin private NodeOptions node = new NodeOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "The handler.")
  private @Nullable Path handler;

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "An OCI image in place of FILE; needs --name.")
  private @Nullable String image;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      converter = Name.class,
      description = "NAME or NAME.NAMESPACE; without, the node makes one up.")
  private @Nullable FunctionName name;

  @Option(
      names = "--requirements",
      paramLabel = "FILE",
      description = "What pip installs for a Python handler.")
  private @Nullable Path requirements;

  @Option(
      names = "--runtime",
      paramLabel = "RUNTIME",
      description = "wasm, process or openfaas; an executable needs process.")
  private @Nullable String runtime;

  @Option(
      names = "--memory-mb",
      paramLabel = "N",
      description = "Most memory of a WebAssembly instance, in MiB.")
  private @Nullable Integer memoryMb;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Span.class,
      description = "Most time of a call, such as 2.5s.")
  private @Nullable Duration timeout;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "KEY=VALUE",
      description = "For the function's environment.")
  private @Nullable Map<String, String> env;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "KEY=VALUE",
      description = "To be shown with the function.")
  private @Nullable Map<String, String> labels;

  @Option(
      names = "--capacity",
      paramLabel = "CAPACITY",
      description =
          "What each provider takes of it: rate:N (calls a second), slots:N (at once), cpu:SHARE;"
              + " or node for what the node's settings say.")
  private @Nullable String capacity;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      description =
          "The scheduling policy of its calls, such as static:here=0.6; or node for the node's.")
  private @Nullable String policy;

  @Option(names = "--update", description = "Put it under --name whether that is taken or not.")
  private boolean update;

  public DeployCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    check();
    Deployment deployment =
        new Deployment(
            name == null ? null : name.shortest(),
            handler,
            requirements,
            image,
            runtime,
            memoryMb,
            timeout,
            env,
            labels,
            capacity,
            policy);
    JsonNode deployed = deploy(deployment).orFail().json();
    output.print(streams.out(), deployed, Reports::deployed);
    warnOfWithdrawn(deployed);
    return ExitCode.OK;
  }

  private Answer deploy(Deployment deployment) {
    Deployer deployer = deployer();
    Supplier<Answer> send = () -> update ? deployer.put(deployment) : deployer.create(deployment);
    return streams.terminal() && OPENFAAS.equals(runtime) && name != null
        ? DeploymentEvents.showDuring(send, node.client(), name.shortest(), streams.err())
        : send.get();
  }

  private Deployer deployer() {
    return streams.terminal()
        ? new Deployer(node.client(), body -> UploadProgress.watch(body, streams.err()))
        : new Deployer(node.client());
  }

  private void check() {
    if (update && name == null) {
      throw new ParameterException(spec.commandLine(), "--update needs --name");
    }
    if (image != null && (name == null || handler != null || requirements != null)) {
      throw new ParameterException(
          spec.commandLine(), "--image needs --name, and comes without FILE and --requirements");
    }
    if (!update && handler == null && image == null) {
      throw new ParameterException(spec.commandLine(), "FILE is missing");
    }
    checkFile(handler);
    checkFile(requirements);
  }

  private void checkFile(@Nullable Path file) {
    if (file != null && !(Files.isRegularFile(file) && Files.isReadable(file))) {
      throw new ParameterException(spec.commandLine(), "no such file: " + file);
    }
  }

  private void warnOfWithdrawn(JsonNode deployed) {
    for (JsonNode node : deployed.path("withdrawn")) {
      streams
          .err()
          .println(
              "warning: withdrawn from "
                  + node.path("node").asText()
                  + ": "
                  + node.path("problem").asText());
    }
  }
}
