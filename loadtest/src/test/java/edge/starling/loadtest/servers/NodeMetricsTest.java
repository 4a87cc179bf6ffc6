package edge.starling.loadtest.servers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeMetricsTest {
  private static final String ALL_ZERO =
      """
      # HELP starling_routing_calls calls
      starling_routing_calls 0.0
      starling_routing_in_progress 0.0
      starling_invoker_running 0.0
      starling_invoker_queued 0.0
      starling_bodies_held_bytes 0.0
      starling_http_bytes_in_flight_bytes 0.0
      starling_process_executables 0.0
      jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 100.0
      jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 2.0E1
      jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 7.0
      """;

  @Test
  void nothingIsLeftWhenAllAreZero() {
    assertThat(NodeMetrics.parse(ALL_ZERO).leftOvers()).isEmpty();
  }

  @Test
  void tellsWhatIsLeft() {
    String text = ALL_ZERO.replace("starling_routing_calls 0.0", "starling_routing_calls 3.0");

    assertThat(NodeMetrics.parse(text).leftOvers())
        .containsOnlyKeys("starling_routing_calls")
        .containsValue(3.0);
  }

  @Test
  void aCounterThatIsMissingIsNotZero() {
    String text = ALL_ZERO.replace("starling_bodies_held_bytes 0.0", "");

    assertThat(NodeMetrics.parse(text).leftOvers()).containsOnlyKeys("starling_bodies_held_bytes");
  }

  @Test
  void sumsThePartsOfTheHeap() {
    assertThat(NodeMetrics.parse(ALL_ZERO).heap()).isEqualTo(120);
  }

  @Test
  void totalsLeaveLabelsAside() {
    var metrics = NodeMetrics.parse(ALL_ZERO);
    assertThat(metrics.total("jvm_memory_used_bytes")).isEqualTo(127);
    assertThat(metrics.total("starling_load_reports_total")).isNaN();
  }
}
