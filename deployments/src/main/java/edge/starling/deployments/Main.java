package edge.starling.deployments;

import static java.nio.charset.StandardCharsets.UTF_8;

import edge.starling.deployments.client.AdoptCommand;
import edge.starling.deployments.client.ConfigureCommand;
import edge.starling.deployments.client.CordonCommand;
import edge.starling.deployments.client.DeployCommand;
import edge.starling.deployments.client.DescribeCommand;
import edge.starling.deployments.client.DrainCommand;
import edge.starling.deployments.client.ExitCode;
import edge.starling.deployments.client.InvokeCommand;
import edge.starling.deployments.client.ListCommand;
import edge.starling.deployments.client.LogsCommand;
import edge.starling.deployments.client.MapCommand;
import edge.starling.deployments.client.NodesCommand;
import edge.starling.deployments.client.RemoveCommand;
import edge.starling.deployments.client.Streams;
import edge.starling.deployments.client.UncordonCommand;
import java.io.PrintWriter;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line: one command for each thing that one can do with Starling. */
@Command(
    name = "starling",
    description = "Starling, a decentralised Function-as-a-Service for the edge.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the function or the request failed, or the node did not start",
      "2:a wrong argument or setting; nothing was done",
      "3:no connection to the node; nothing was done"
    },
    footer = {"", "Example: starling demo"})
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where a failure comes from.")
  private boolean stacktrace;

  public static void main(String[] arguments) {
    // Hazelcast would log by java.util.logging
    System.setProperty("hazelcast.logging.type", "slf4j");
    System.exit(run(Streams.ofProcess(Ansi.AUTO.enabled()), arguments));
  }

  /** An error ends the process too, though threads of a half-started node are left. */
  private static int run(Streams streams, String... arguments) {
    try {
      return commandLine(streams).execute(arguments);
    } catch (Error broken) {
      broken.printStackTrace(streams.err());
      return ExitCode.FAILED;
    }
  }

  /** All commands, which read and write the given streams only. */
  static CommandLine commandLine(Streams streams) {
    Main main = new Main();
    CommandLine starling =
        new CommandLine(main)
            .addSubcommand(new NodeCommand(streams))
            .addSubcommand(new DemoCommand(streams))
            .addSubcommand(new DeployCommand(streams))
            .addSubcommand(new InvokeCommand(streams))
            .addSubcommand(new MapCommand(streams))
            .addSubcommand(new ListCommand(streams))
            .addSubcommand(new DescribeCommand(streams))
            .addSubcommand(new AdoptCommand(streams))
            .addSubcommand(new RemoveCommand(streams))
            .addSubcommand(new LogsCommand(streams))
            .addSubcommand(new NodesCommand(streams))
            .addSubcommand(new CordonCommand(streams))
            .addSubcommand(new UncordonCommand(streams))
            .addSubcommand(new DrainCommand(streams))
            .addSubcommand(new ConfigureCommand(streams))
            .addSubcommand(new HelpCommand())
            .addSubcommand(new GenerateCompletion());
    Failures failures = new Failures(streams.err(), () -> main.stacktrace);
    return starling
        .setOut(new PrintWriter(streams.out(), true, UTF_8))
        .setErr(new PrintWriter(streams.err(), true, UTF_8))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }
}
