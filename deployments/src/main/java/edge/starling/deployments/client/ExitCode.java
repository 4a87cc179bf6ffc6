package edge.starling.deployments.client;

/** How a command ends, for scripts. */
public final class ExitCode {
  public static final int OK = 0;

  /** The function or the request failed, or the node did not start. */
  public static final int FAILED = 1;

  /** A wrong argument or setting: nothing was done. */
  public static final int USAGE = 2;

  /** No connection to the node: nothing was done. */
  public static final int UNREACHABLE = 3;

  private ExitCode() {}
}
