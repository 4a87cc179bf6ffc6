package edge.starling.verticles.load;

import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.InvokerMessage.FunctionWork;
import edge.starling.codecs.messages.InvokerMessage.OccupancyNow;
import edge.starling.codecs.messages.LoadMessage.FunctionLoad;
import edge.starling.codecs.messages.LoadMessage.Inflow;
import edge.starling.codecs.messages.Occupancy;
import edge.starling.codecs.messages.RoutingMessage.Arrival;
import edge.starling.codecs.messages.RoutingMessage.Arrivals;
import edge.starling.verticles.load.Rates.Flow;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The load of this node by each function, from what invoker and router count. For one thread. */
final class FunctionLoads {
  private final Rates rates = new Rates();

  /** Of the functions that the invoker names. */
  List<FunctionLoad> measure(OccupancyNow now, Arrivals arrivals, long nowNanos) {
    Map<FunctionName, Double> local =
        arrivals.arrivals().stream()
            .collect(
                Collectors.toMap(
                    Arrival::function,
                    arrival ->
                        rates.read(new Flow(arrival.function(), null), arrival.calls(), nowNanos)));
    return now.functions().stream()
        .map(
            work ->
                load(
                    work,
                    now.occupancy(),
                    local.getOrDefault(work.function(), 0.0),
                    inflows(work, nowNanos)))
        .toList();
  }

  /** Whether every slot is taken and calls wait. */
  static boolean isBusy(Occupancy occupancy) {
    return occupancy.running() >= occupancy.slots() && occupancy.queued() > 0;
  }

  private List<Inflow> inflows(FunctionWork work, long nowNanos) {
    return work.admitted().stream()
        .map(
            admitted ->
                new Inflow(
                    admitted.from(),
                    rates.read(
                        new Flow(work.function(), admitted.from()), admitted.calls(), nowNanos)))
        .filter(inflow -> inflow.rate() > 0)
        .toList();
  }

  private static FunctionLoad load(
      FunctionWork work, Occupancy occupancy, double local, List<Inflow> inflows) {
    return new FunctionLoad(
        work.function(),
        work.capacity(),
        local,
        inflows,
        isOverloaded(work, occupancy, local),
        work.running(),
        work.queued(),
        work.serviceTime());
  }

  private static boolean isOverloaded(FunctionWork work, Occupancy occupancy, double local) {
    return switch (work.capacity().kind()) {
      case RATE -> local > work.capacity().limit();
      case SLOTS ->
          isBusy(occupancy) || (work.running() >= work.capacity().limit() && work.queued() > 0);
      case CPU -> isBusy(occupancy);
    };
  }
}
