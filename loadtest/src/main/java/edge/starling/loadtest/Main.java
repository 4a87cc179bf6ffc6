package edge.starling.loadtest;

import edge.starling.loadtest.lab.Experiment;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs one experiment. The exit status is 0 if every call ended as it should, whether the targets
 * are met or not; 1 if not, or if the experiment could not go on; 2 if it was called wrongly.
 */
@Command(
    name = "loadtest",
    synopsisSubcommandLabel = "EXPERIMENT",
    commandListHeading = "%nExperiments:%n",
    description = "Measures Starling nodes beside what they are compared with, on this machine.")
public final class Main {
  @Option(
      names = "--quick",
      scope = ScopeType.INHERIT,
      description = "take less than five minutes, with shorter phases and idle times")
  private boolean quick;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "write the findings to this file too")
  private @Nullable Path json;

  @Option(
      names = "--chart",
      paramLabel = "FILE.svg",
      scope = ScopeType.INHERIT,
      description = "draw the findings to this file")
  private @Nullable Path chart;

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      defaultValue = "deployments/target/starling.jar",
      description = "the nodes' jar (default: ${DEFAULT-VALUE})")
  private Path jar = Path.of("starling.jar");

  @SuppressWarnings("unused") // picocli asks for it by its annotation
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "show this help")
  private boolean help;

  public static void main(String[] args) {
    // Charts are drawn where there may be no screen.
    System.setProperty("java.awt.headless", "true");
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    var main = new Main();
    var line = new CommandLine(main).addSubcommand(new BareServerCommand());
    Experiments.all().forEach(line::addSubcommand);
    return line.setExecutionStrategy(main::execute).setParameterExceptionHandler(Main::explain);
  }

  private int execute(ParseResult parsed) {
    if (CommandLine.printHelpIfRequested(parsed)) {
      return ExitCode.OK;
    }
    if (!parsed.hasSubcommand()) {
      throw new ParameterException(parsed.commandSpec().commandLine(), "Which experiment?");
    }
    CommandLine command = parsed.subcommand().commandSpec().commandLine();
    if (command.getCommand() instanceof Experiment experiment) {
      checkChart(command);
      return new ExperimentRun(quick, jar, json, chart, command.getOut(), command.getErr())
          .run(command.getCommandName(), experiment);
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** Before the experiment, and not after minutes of it. */
  private void checkChart(CommandLine command) {
    if (chart != null && !chart.toString().endsWith(".svg")) {
      throw new ParameterException(command, "--chart " + chart + ": its name must end in .svg");
    }
  }

  private static int explain(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    if (command.getSubcommands().isEmpty()) {
      err.println(wrong.getMessage());
      command.usage(err);
    } else {
      err.println(
          wrong instanceof UnmatchedArgumentException unknown
              ? "Unknown: " + String.join(" ", unknown.getUnmatched())
              : wrong.getMessage());
      String known =
          command.getSubcommands().values().stream()
              .filter(each -> !each.getCommandSpec().usageMessage().hidden())
              .map(CommandLine::getCommandName)
              .collect(Collectors.joining(", "));
      err.println("Experiments: " + known + ". See --help.");
    }
    return ExitCode.USAGE;
  }
}
