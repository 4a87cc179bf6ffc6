package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Occupancy;
import edge.starling.verticles.invoker.Admission.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever comes, ends, goes away or changes. */
class AdmissionPropertiesTest {
  private static final int MEMORY = 64;
  private static final int FUNCTIONS = 3;

  private static final class Job implements Admission.Candidate<Job> {
    final int number;
    final Function function;
    final boolean forwarded;
    final boolean fetches;
    int memoryMiB;
    boolean lacksRoom;

    Job(int number, Function function, boolean forwarded, int memoryMiB, boolean fetches) {
      this.number = number;
      this.function = function;
      this.forwarded = forwarded;
      this.memoryMiB = memoryMiB;
      this.fetches = fetches;
      this.lacksRoom = fetches;
    }

    /** Whether it is to start first, where both lack nothing but slots. */
    boolean isBefore(Job other) {
      return forwarded == other.forwarded ? number < other.number : !forwarded;
    }

    /** Whether it has started although the other one was before it, and needed no more. */
    boolean hasOvertaken(Job other) {
      return other.function == function
          && other.isBefore(this)
          && !other.fetches
          && (other.memoryMiB == 0 || memoryMiB > 0);
    }

    @Override
    public boolean isForwarded() {
      return forwarded;
    }

    @Override
    public FunctionSlots<Job> functionSlots() {
      return function.slots;
    }

    @Override
    public int memoryMiB() {
      return memoryMiB;
    }

    @Override
    public boolean lacksRoomForBody() {
      return lacksRoom;
    }

    @Override
    public boolean takeRoomForBody() {
      return !lacksRoom;
    }
  }

  private static final class Function {
    final FunctionSlots<Job> slots = new FunctionSlots<>();
    int limit = Integer.MAX_VALUE;

    void limitTo(int most) {
      limit = most;
      slots.limitTo(most);
    }
  }

  private final List<Job> waiting = new ArrayList<>();
  private final List<Job> running = new ArrayList<>();
  private final List<Function> functions = new ArrayList<>();
  private int jobs;

  @Property(tries = 100)
  void keepsToEveryBoundAndReturnsToZero(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int slots,
      @ForAll @IntRange(max = 20) int queue,
      @ForAll boolean memoryChanges) {
    Random random = new Random(seed);
    waiting.clear();
    running.clear();
    functions.clear();
    Admission<Job> admission = new Admission<>(slots, queue, true, MEMORY);
    for (int i = 0; i < FUNCTIONS; i++) {
      functions.add(new Function());
    }
    for (int step = 0; step < 500; step++) {
      takeStep(random, admission, slots, queue);
      if (memoryChanges && !waiting.isEmpty()) {
        waiting.get(random.nextInt(waiting.size())).memoryMiB = random.nextInt(MEMORY + 1);
      }
      startWaiting(admission, slots, memoryChanges);
      int reserved = running.stream().mapToInt(Job::memoryMiB).sum();
      assertThat(admission.occupancy())
          .isEqualTo(
              new Occupancy(running.size(), waiting.size(), slots, queue, MEMORY - reserved));
      assertThat(reserved).isLessThanOrEqualTo(MEMORY);
      assertThat(waiting).hasSizeLessThanOrEqualTo(queue);
      assertThat(admission.waiting()).containsExactlyInAnyOrderElementsOf(waiting);
      assertNobodyWaitsWhoCouldRun(slots);
    }

    waiting.forEach(job -> job.lacksRoom = false);
    startWaiting(admission, slots, memoryChanges);
    while (!running.isEmpty()) {
      admission.release(running.remove(0));
      startWaiting(admission, slots, memoryChanges);
    }

    assertThat(waiting).isEmpty();
    assertThat(admission.occupancy()).isEqualTo(new Occupancy(0, 0, slots, queue, MEMORY));
  }

  private void takeStep(Random random, Admission<Job> admission, int slots, int queue) {
    switch (random.nextInt(6)) {
      case 0, 1, 2 -> come(job(random), admission, slots, queue);
      case 3 -> {
        if (!running.isEmpty()) {
          admission.release(running.remove(random.nextInt(running.size())));
        }
      }
      case 4 -> {
        if (!waiting.isEmpty()) {
          Job job = waiting.get(random.nextInt(waiting.size()));
          if (random.nextBoolean()) {
            assertThat(admission.withdraw(job)).isTrue();
            assertThat(admission.withdraw(job)).isFalse();
            waiting.remove(job);
          } else {
            job.lacksRoom = false;
          }
        }
      }
      default -> {
        Function function = functions.get(random.nextInt(FUNCTIONS));
        function.limitTo(random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(3));
        admission.refit(function.slots);
      }
    }
  }

  private Job job(Random random) {
    return new Job(
        jobs++,
        functions.get(random.nextInt(FUNCTIONS)),
        random.nextBoolean(),
        random.nextBoolean() ? 0 : 1 + random.nextInt(MEMORY),
        random.nextInt(4) == 0);
  }

  private void come(Job job, Admission<Job> admission, int slots, int queue) {
    List<Job> gaveWay = new ArrayList<>();
    Optional<Job> lastForwarded =
        waiting.stream().filter(Job::isForwarded).max(Comparator.comparingInt(one -> one.number));
    boolean wasFull = waiting.size() >= queue;
    Verdict verdict = admission.ask(job, gaveWay::add);
    if (verdict == Verdict.START) {
      start(job, slots);
    } else if (verdict == Verdict.WAIT) {
      assertThat(gaveWay).isEqualTo(wasFull ? List.of(lastForwarded.orElseThrow()) : List.of());
      waiting.removeAll(gaveWay);
      waiting.add(job);
    } else {
      assertThat(wasFull).isTrue();
      assertThat(job.forwarded || lastForwarded.isEmpty()).isTrue();
    }
  }

  private void startWaiting(Admission<Job> admission, int slots, boolean memoryChanges) {
    for (Job next = admission.next(); next != null; next = admission.next()) {
      assertThat(waiting.remove(next)).isTrue();
      assertThat(memoryChanges || waiting.stream().noneMatch(next::hasOvertaken)).isTrue();
      start(next, slots);
    }
  }

  private void start(Job job, int slots) {
    running.add(job);
    assertThat(running).hasSizeLessThanOrEqualTo(slots);
    assertThat(running.stream().filter(one -> one.function == job.function).count())
        .isLessThanOrEqualTo(job.function.limit);
  }

  private void assertNobodyWaitsWhoCouldRun(int slots) {
    if (running.size() < slots) {
      assertThat(waiting)
          .noneMatch(
              job ->
                  job.memoryMiB == 0
                      && !job.fetches
                      && running.stream().filter(one -> one.function == job.function).count()
                          < job.function.limit
                      && waiting.stream().noneMatch(other -> other.isBefore(job)));
    }
  }
}
