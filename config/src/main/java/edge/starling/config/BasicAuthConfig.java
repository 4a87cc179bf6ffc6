package edge.starling.config;

/**
 * Who may manage the node over HTTP.
 *
 * @param enabled whether anybody is asked
 * @param user as clients name themselves
 * @param userFile holds the user's name instead; empty for none
 * @param password of the user; empty where it is in the file
 * @param passwordFile holds the password instead; empty for none
 */
public record BasicAuthConfig(
    @Default("false") boolean enabled,
    @Default("admin") String user,
    @Default("") String userFile,
    @Default("") String password,
    @Default("") String passwordFile) {
  /** Nobody is asked. */
  public static final BasicAuthConfig OFF = new BasicAuthConfig(false, "admin", "", "", "");

  public BasicAuthConfig {
    Check.that(
        user.indexOf(':') < 0 && !user.isEmpty(),
        "http.basic-auth.user",
        user,
        "a name without a colon");
    Check.that(
        !enabled || !password.isEmpty() || !passwordFile.isEmpty(),
        "http.basic-auth.enabled",
        enabled,
        "false, or come with http.basic-auth.password or http.basic-auth.password-file");
  }

  @Override
  public String toString() {
    return "BasicAuthConfig[enabled=" + enabled + ", user=" + user + "]";
  }
}
