package edge.starling.loadtest.lab;

import edge.starling.loadtest.driver.Measurement;
import java.time.Duration;

/**
 * One load on one system in one round; times in microseconds.
 *
 * @param rate right answers a second
 * @param serverCpu processor time of the system's servers for a call
 * @param driverCpu processor time of this process for a call
 */
public record Sample(
    double rate,
    double p50,
    double p90,
    double p99,
    double max,
    double serverCpu,
    double driverCpu) {

  public static Sample of(Measurement measured, Duration serverCpu, Duration driverCpu) {
    return new Sample(
        measured.rate(),
        measured.micros(50),
        measured.micros(90),
        measured.micros(99),
        measured.micros(100),
        serverCpu.toNanos() / 1e3 / measured.answered(),
        driverCpu.toNanos() / 1e3 / measured.answered());
  }
}
