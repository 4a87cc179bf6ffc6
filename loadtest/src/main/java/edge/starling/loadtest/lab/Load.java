package edge.starling.loadtest.lab;

import edge.starling.loadtest.driver.Call;
import edge.starling.loadtest.driver.LoadDriver;
import edge.starling.loadtest.driver.Measurement;
import java.io.IOException;
import java.time.Duration;

/**
 * One way of loading a system.
 *
 * @param perSecond the rate of an open loop; 0 for a closed loop
 */
public record Load(int connections, double perSecond) {
  private static final int OPEN_LOOP_CONNECTIONS = 64;

  public static Load closed(int connections) {
    return new Load(connections, 0);
  }

  public static Load open(double perSecond) {
    return new Load(OPEN_LOOP_CONNECTIONS, perSecond);
  }

  public Measurement put(LoadDriver driver, Call call, Duration window)
      throws IOException, InterruptedException {
    return perSecond == 0
        ? driver.closedLoop(call, connections, window)
        : driver.openLoop(call, connections, perSecond, window);
  }

  @Override
  public String toString() {
    return perSecond == 0
        ? connections + (connections == 1 ? " connection" : " connections")
        : "open loop, %.0f/s".formatted(perSecond);
  }
}
