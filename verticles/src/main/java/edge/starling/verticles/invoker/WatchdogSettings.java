package edge.starling.verticles.invoker;

import edge.starling.verticles.invoker.FunctionRuntime.Unfit;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the variables of OpenFaaS's watchdogs say in the environment of an executable. An empty one
 * counts as none. {@code read_timeout} and {@code write_timeout} are checked and have no effect:
 * bodies are here before a call starts, and nobody waits for an answer longer than for the call.
 *
 * @param servesHttp {@code mode=http}: it is started once and serves HTTP; else once a call
 * @param upstreamUrl where it serves; null where the node chooses a port
 * @param readyPath what it answers with 200 once it is ready; null where taking connections says so
 * @param maxInflight the most calls at once; 0 for any number
 * @param execTimeout the most time of a call; null where only the call's own time counts
 */
record WatchdogSettings(
    boolean servesHttp,
    @Nullable String upstreamUrl,
    @Nullable String readyPath,
    int maxInflight,
    @Nullable Duration execTimeout) {
  private static final List<String> WITHOUT_EFFECT = List.of("read_timeout", "write_timeout");
  private static final int LAST_PORT = 65_535;

  /**
   * @param env as it was deployed
   * @throws Unfit for a value that is not allowed, with those that are
   */
  static WatchdogSettings of(Map<String, String> env) {
    String mode = given(env, "mode");
    if (mode != null && !mode.equals("http")) {
      throw bad(
          "mode",
          "http, for an executable that is started once and serves HTTP; without it one is started"
              + " for each call");
    }
    WITHOUT_EFFECT.forEach(name -> time(env, name));
    Duration execTimeout = time(env, "exec_timeout");
    return new WatchdogSettings(
        mode != null,
        upstreamUrl(given(env, "upstream_url")),
        readyPath(given(env, "ready_path")),
        maxInflight(given(env, "max_inflight")),
        execTimeout == null || execTimeout.isZero() ? null : execTimeout);
  }

  /** Of the {@link #upstreamUrl}; 0 without one. */
  int upstreamPort() {
    return upstreamUrl == null ? 0 : URI.create(upstreamUrl).getPort();
  }

  private static @Nullable String given(Map<String, String> env, String name) {
    String value = env.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static @Nullable Duration time(Map<String, String> env, String name) {
    String value = given(env, name);
    try {
      return value == null ? null : GoDuration.parse(value);
    } catch (IllegalArgumentException e) {
      throw bad(name, GoDuration.RULE + "; 0 for none");
    }
  }

  private static @Nullable String upstreamUrl(@Nullable String value) {
    if (value == null || isLoopback(value)) {
      return value;
    }
    throw bad(
        "upstream_url", "http://127.0.0.1:PORT, or nothing: then the node chooses a free port");
  }

  private static boolean isLoopback(String value) {
    try {
      URI uri = new URI(value);
      String rest = uri.getRawPath();
      return "http".equalsIgnoreCase(uri.getScheme())
          && ("127.0.0.1".equals(uri.getHost()) || "localhost".equalsIgnoreCase(uri.getHost()))
          && uri.getPort() > 0
          && uri.getPort() <= LAST_PORT
          && (rest == null || rest.isEmpty() || rest.equals("/"))
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static @Nullable String readyPath(@Nullable String value) {
    try {
      if (value == null || (value.startsWith("/") && new URI(value).getRawFragment() == null)) {
        return value;
      }
    } catch (URISyntaxException e) {
      // as any other that is none
    }
    throw bad("ready_path", "a path such as /ready, perhaps with a query");
  }

  private static int maxInflight(@Nullable String value) {
    if (value == null) {
      return 0;
    }
    try {
      int most = Integer.parseInt(value);
      if (most >= 0) {
        return most;
      }
    } catch (NumberFormatException e) {
      // as a negative one
    }
    throw bad("max_inflight", "a whole number of calls at once; 0 for any number");
  }

  /** Without the value, which may be anything. */
  private static Unfit bad(String name, String allowed) {
    return new Unfit("env: " + name + " is " + allowed);
  }
}
