package edge.starling.config;

/** Which runtimes the node has. WebAssembly is always there. */
public record RuntimesConfig(ProcessRuntime process, OpenFaasConfig openfaas) {

  /**
   * Local processes are no sandbox.
   *
   * @param enabled {@code auto}: only while the node listens on loopback
   */
  public record ProcessRuntime(@Default("auto") Switch enabled) {}

  /** On, off, or on as long as the rest of the configuration makes it safe. */
  public enum Switch {
    AUTO,
    TRUE,
    FALSE;

    /**
     * @param safe what decides for {@code auto}
     */
    public boolean isOn(boolean safe) {
      return this == AUTO ? safe : this == TRUE;
    }
  }
}
