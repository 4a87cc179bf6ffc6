package edge.starling.loadtest.calls;

import edge.starling.loadtest.driver.Call;
import edge.starling.loadtest.servers.ServerProcess;
import java.time.Duration;
import java.util.List;

/**
 * What is measured: a way of one call.
 *
 * @param servers all processes that work for it
 */
record MeasuredSystem(String name, Call call, List<ServerProcess> servers) {
  static final String BARE = "bare server";
  static final String LOCAL = "local";
  static final String FORWARDED = "forwarded";

  MeasuredSystem {
    servers = List.copyOf(servers);
  }

  /** The processor time that its servers have used so far. */
  Duration cpu() {
    return servers.stream().map(ServerProcess::cpu).reduce(Duration.ZERO, Duration::plus);
  }
}
