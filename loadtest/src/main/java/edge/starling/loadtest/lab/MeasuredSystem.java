package edge.starling.loadtest.lab;

import edge.starling.loadtest.driver.Call;
import edge.starling.loadtest.servers.ServerProcess;
import java.time.Duration;
import java.util.List;

/**
 * What is measured: a way of one call.
 *
 * @param servers all processes that work for it
 */
public record MeasuredSystem(String name, Call call, List<ServerProcess> servers) {
  public static final String BARE = "bare server";
  public static final String LOCAL = "local";
  public static final String FORWARDED = "forwarded";

  public MeasuredSystem {
    servers = List.copyOf(servers);
  }

  /** The processor time that its servers have used so far. */
  public Duration cpu() {
    return servers.stream().map(ServerProcess::cpu).reduce(Duration.ZERO, Duration::plus);
  }
}
