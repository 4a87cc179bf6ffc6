package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Occupancy;
import edge.starling.verticles.invoker.Admission.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {

  private static final class Job implements Admission.Candidate {
    private int memoryMiB;
    private @Nullable BooleanSupplier room;

    Job(int memoryMiB) {
      this.memoryMiB = memoryMiB;
    }

    private static Job fetching(BooleanSupplier room) {
      Job job = new Job(0);
      job.room = room;
      return job;
    }

    @Override
    public int memoryMiB() {
      return memoryMiB;
    }

    @Override
    public boolean fetchesBody() {
      return room != null;
    }

    @Override
    public boolean takeRoomForBody() {
      return room.getAsBoolean();
    }
  }

  @Test
  void startsWhileThereAreSlotsThenQueuesThenRefuses() {
    Admission<Job> admission = new Admission<>(2, 1, 100);

    assertThat(admission.ask(new Job(0))).isEqualTo(Verdict.START);
    assertThat(admission.ask(new Job(0))).isEqualTo(Verdict.START);
    assertThat(admission.ask(new Job(0))).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(new Job(0))).isEqualTo(Verdict.REFUSE);
    assertThat(admission.occupancy()).isEqualTo(new Occupancy(2, 1, 2, 1, 100));
  }

  @Test
  void startsThoseThatWaitInTheirOrder() {
    Admission<Job> admission = new Admission<>(1, 10, 100);
    List<Job> jobs = List.of(new Job(5), new Job(0), new Job(7), new Job(0));
    jobs.forEach(admission::ask);

    List<Job> started = new ArrayList<>();
    int running = jobs.get(0).memoryMiB;
    for (int i = 1; i < jobs.size(); i++) {
      admission.release(running);
      Job next = admission.next();
      started.add(next);
      running = next.memoryMiB;
      assertThat(admission.next()).isNull();
    }

    assertThat(started).containsExactlyElementsOf(jobs.subList(1, 4));
  }

  @Test
  void letsOnlyThosePassThatNeedNoMemoryWhileTheFirstCannotHaveIts() {
    Admission<Job> admission = new Admission<>(10, 10, 100);
    Job large = new Job(80);
    Job small = new Job(10);

    assertThat(admission.ask(new Job(30))).isEqualTo(Verdict.START);
    assertThat(admission.ask(large)).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(small)).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(new Job(0))).isEqualTo(Verdict.START);
    assertThat(admission.next()).isNull();

    admission.release(30);

    assertThat(admission.next()).isSameAs(large);
    assertThat(admission.next()).isSameAs(small);
    assertThat(admission.next()).isNull();
    assertThat(admission.freeMemoryMiB()).isEqualTo(10);
  }

  @Test
  void givesAFreeSlotToTheNextOneThatNeedsNoMemoryWhereTheFirstCannotHaveIts() {
    Admission<Job> admission = new Admission<>(2, 10, 100);
    Job large = new Job(80);
    Job free = new Job(0);
    admission.ask(new Job(30));
    admission.ask(new Job(0));
    admission.ask(large);
    admission.ask(free);

    admission.release(0);

    assertThat(admission.next()).isSameAs(free);
    admission.release(30);
    assertThat(admission.next()).isSameAs(large);
  }

  @Test
  void whoseBodyFindsNoRoomWaitsWithoutHoldingUpOthers() {
    Admission<Job> admission = new Admission<>(2, 10, 100);
    boolean[] room = {false};
    Job first = Job.fetching(() -> room[0]);
    Job second = Job.fetching(() -> true);

    assertThat(admission.ask(first)).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(second)).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(new Job(10))).isEqualTo(Verdict.START);
    assertThat(admission.next()).isNull();
    assertThat(admission.queued()).isEqualTo(2);

    room[0] = true;

    assertThat(admission.next()).isSameAs(first);
    assertThat(admission.next()).isNull();
    admission.release(0);
    assertThat(admission.next()).isSameAs(second);
  }

  @Test
  void forgetsWhoseBodyFoundNoRoomWhenItNoLongerWaits() {
    Admission<Job> admission = new Admission<>(1, 1, 100);
    Job waiting = Job.fetching(() -> false);
    admission.ask(waiting);

    assertThat(admission.withdraw(waiting)).isTrue();
    assertThat(admission.waiting()).isEmpty();
  }

  @Test
  void forgetsWhoNoLongerWaits() {
    Admission<Job> admission = new Admission<>(1, 1, 100);
    Job waiting = new Job(0);
    admission.ask(new Job(0));
    admission.ask(waiting);

    assertThat(admission.withdraw(waiting)).isTrue();
    assertThat(admission.withdraw(waiting)).isFalse();

    admission.release(0);
    assertThat(admission.next()).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void returnsToZeroWhateverHappens(long seed) {
    Random random = new Random(seed);
    int slots = 1 + random.nextInt(8);
    int queue = random.nextInt(20);
    Admission<Job> admission = new Admission<>(slots, queue, 64);
    List<Job> waiting = new ArrayList<>();
    List<Integer> running = new ArrayList<>();
    for (int step = 0; step < 5000; step++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          Job job = new Job(random.nextBoolean() ? 0 : 1 + random.nextInt(64));
          switch (admission.ask(job)) {
            case START -> running.add(job.memoryMiB);
            case WAIT -> waiting.add(job);
            case REFUSE -> assertThat(waiting).hasSize(queue);
          }
        }
        case 2, 3 -> {
          if (!running.isEmpty()) {
            admission.release(running.remove(random.nextInt(running.size())));
          }
        }
        default -> {
          if (!waiting.isEmpty()) {
            Job job = waiting.get(random.nextInt(waiting.size()));
            if (random.nextBoolean()) {
              assertThat(admission.withdraw(job)).isTrue();
              waiting.remove(job);
            } else {
              job.memoryMiB = random.nextInt(65);
            }
          }
        }
      }
      drain(admission, waiting, running);
      int reserved = running.stream().mapToInt(Integer::intValue).sum();
      assertThat(admission.occupancy())
          .isEqualTo(new Occupancy(running.size(), waiting.size(), slots, queue, 64 - reserved));
      assertThat(running.size()).isLessThanOrEqualTo(slots);
      assertThat(reserved).isLessThanOrEqualTo(64);
    }

    while (!running.isEmpty()) {
      admission.release(running.remove(0));
      drain(admission, waiting, running);
    }

    assertThat(waiting).isEmpty();
    assertThat(admission.occupancy()).isEqualTo(new Occupancy(0, 0, slots, queue, 64));
  }

  private static void drain(Admission<Job> admission, List<Job> waiting, List<Integer> running) {
    for (Job next = admission.next(); next != null; next = admission.next()) {
      assertThat(waiting.remove(next)).isTrue();
      running.add(next.memoryMiB);
    }
  }
}
