package edge.starling.deployments;

import edge.starling.config.InvalidConfig;
import edge.starling.deployments.client.CommandFailure;
import edge.starling.deployments.client.ExitCode;
import java.io.PrintStream;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what a command throws into a message for the user and an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final PrintStream err;
  private final BooleanSupplier stacktrace;

  Failures(PrintStream err, BooleanSupplier stacktrace) {
    this.err = err;
    this.stacktrace = stacktrace;
  }

  @Override
  public int handleParseException(ParameterException wrong, String[] arguments) {
    err.println(wrong.getMessage());
    UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("Try: " + wrong.getCommandLine().getCommandSpec().qualifiedName(" ") + " --help");
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    err.println(message(failure));
    if (stacktrace.getAsBoolean()) {
      failure.printStackTrace(err);
    }
    return exitCode(failure);
  }

  private static String message(Exception failure) {
    return isForUsers(failure)
        ? String.valueOf(failure.getMessage())
        : "unexpected: " + failure + " (--stacktrace shows where it comes from)";
  }

  private static boolean isForUsers(Exception failure) {
    return failure instanceof CommandFailure
        || failure instanceof InvalidConfig
        || failure instanceof StartFailure;
  }

  private static int exitCode(Exception failure) {
    if (failure instanceof CommandFailure known) {
      return known.exitCode();
    }
    return failure instanceof InvalidConfig ? ExitCode.USAGE : ExitCode.FAILED;
  }
}
