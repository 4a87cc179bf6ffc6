package edge.starling.verticles.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.Occupancy;
import edge.starling.verticles.invoker.Admission.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final List<Job> gaveWay = new ArrayList<>();

  private static final class Job implements Admission.Candidate<Job> {
    private int memoryMiB;
    private @Nullable BooleanSupplier room;
    private FunctionSlots<Job> slots = new FunctionSlots<>();
    private boolean forwarded;
    private boolean hasRoom;

    Job(int memoryMiB) {
      this.memoryMiB = memoryMiB;
    }

    private static Job fetching(BooleanSupplier room) {
      Job job = new Job(0);
      job.room = room;
      return job;
    }

    @Override
    public boolean isForwarded() {
      return forwarded;
    }

    @Override
    public FunctionSlots<Job> functionSlots() {
      return slots;
    }

    @Override
    public int memoryMiB() {
      return memoryMiB;
    }

    @Override
    public boolean lacksRoomForBody() {
      return room != null && !hasRoom;
    }

    @Override
    public boolean takeRoomForBody() {
      hasRoom = hasRoom || room == null || room.getAsBoolean();
      return hasRoom;
    }
  }

  @Test
  void startsWhileThereAreSlotsThenQueuesThenRefuses() {
    Admission<Job> admission = new Admission<>(2, 1, true, 100);

    assertThat(admission.ask(new Job(0), gaveWay::add)).isEqualTo(Verdict.START);
    assertThat(admission.ask(new Job(0), gaveWay::add)).isEqualTo(Verdict.START);
    assertThat(admission.ask(new Job(0), gaveWay::add)).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(new Job(0), gaveWay::add)).isEqualTo(Verdict.REFUSE);
    assertThat(admission.occupancy()).isEqualTo(new Occupancy(2, 1, 2, 1, 100));
  }

  @Test
  void startsThoseThatWaitInTheirOrder() {
    Admission<Job> admission = new Admission<>(1, 10, true, 100);
    List<Job> jobs = List.of(new Job(5), new Job(0), new Job(7), new Job(0));
    jobs.forEach(job -> admission.ask(job, gaveWay::add));

    List<Job> started = new ArrayList<>();
    Job running = jobs.get(0);
    for (int i = 1; i < jobs.size(); i++) {
      admission.release(running);
      Job next = admission.next();
      started.add(next);
      running = next;
      assertThat(admission.next()).isNull();
    }

    assertThat(started).containsExactlyElementsOf(jobs.subList(1, 4));
  }

  @Test
  void letsOnlyThosePassThatNeedNoMemoryWhileTheFirstCannotHaveIts() {
    Admission<Job> admission = new Admission<>(10, 10, true, 100);
    Job large = new Job(80);
    Job small = new Job(10);

    Job first = new Job(30);
    assertThat(admission.ask(first, gaveWay::add)).isEqualTo(Verdict.START);
    assertThat(admission.ask(large, gaveWay::add)).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(small, gaveWay::add)).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(new Job(0), gaveWay::add)).isEqualTo(Verdict.START);
    assertThat(admission.next()).isNull();

    admission.release(first);

    assertThat(admission.next()).isSameAs(large);
    assertThat(admission.next()).isSameAs(small);
    assertThat(admission.next()).isNull();
    assertThat(admission.freeMemoryMiB()).isEqualTo(10);
  }

  @Test
  void givesAFreeSlotToTheNextOneThatNeedsNoMemoryWhereTheFirstCannotHaveIts() {
    Admission<Job> admission = new Admission<>(2, 10, true, 100);
    Job large = new Job(80);
    Job free = new Job(0);
    Job needing = new Job(30);
    Job needingNone = new Job(0);
    admission.ask(needing, gaveWay::add);
    admission.ask(needingNone, gaveWay::add);
    admission.ask(large, gaveWay::add);
    admission.ask(free, gaveWay::add);

    admission.release(needingNone);

    assertThat(admission.next()).isSameAs(free);
    admission.release(needing);
    assertThat(admission.next()).isSameAs(large);
  }

  @Test
  void whoseBodyFindsNoRoomWaitsWithoutHoldingUpOthers() {
    Admission<Job> admission = new Admission<>(2, 10, true, 100);
    boolean[] room = {false};
    Job first = Job.fetching(() -> room[0]);
    Job second = Job.fetching(() -> true);

    assertThat(admission.ask(first, gaveWay::add)).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(second, gaveWay::add)).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(new Job(10), gaveWay::add)).isEqualTo(Verdict.START);
    assertThat(admission.next()).isNull();
    assertThat(admission.queued()).isEqualTo(2);

    room[0] = true;

    assertThat(admission.next()).isSameAs(first);
    assertThat(admission.next()).isNull();
    admission.release(first);
    assertThat(admission.next()).isSameAs(second);
  }

  @Test
  void forgetsWhoseBodyFoundNoRoomWhenItNoLongerWaits() {
    Admission<Job> admission = new Admission<>(1, 1, true, 100);
    Job waiting = Job.fetching(() -> false);
    admission.ask(waiting, gaveWay::add);

    assertThat(admission.withdraw(waiting)).isTrue();
    assertThat(admission.waiting()).isEmpty();
  }

  @Test
  void forgetsWhoNoLongerWaits() {
    Admission<Job> admission = new Admission<>(1, 1, true, 100);
    Job running = new Job(0);
    Job waiting = new Job(0);
    admission.ask(running, gaveWay::add);
    admission.ask(waiting, gaveWay::add);

    assertThat(admission.withdraw(waiting)).isTrue();
    assertThat(admission.withdraw(waiting)).isFalse();

    admission.release(running);
    assertThat(admission.next()).isNull();
  }

  @Test
  void startsOwnCallsBeforeForwardedOnes() {
    Admission<Job> admission = new Admission<>(1, 10, true, 100);
    Job running = new Job(0);
    Job forwarded = forwarded(new FunctionSlots<>());
    Job forwardedWithMemory = forwarded(new FunctionSlots<>());
    forwardedWithMemory.memoryMiB = 10;
    Job own = new Job(20);
    Job ownLater = new Job(0);
    for (Job job : List.of(running, forwarded, forwardedWithMemory, own, ownLater)) {
      admission.ask(job, gaveWay::add);
    }

    assertThat(startAll(admission, running))
        .containsExactly(own, ownLater, forwarded, forwardedWithMemory);
  }

  @Test
  void startsAllAlikeWhereOwnCallsAreNotToComeFirst() {
    Admission<Job> admission = new Admission<>(1, 2, false, 100);
    Job running = new Job(0);
    Job forwarded = forwarded(new FunctionSlots<>());
    Job own = new Job(0);
    admission.ask(running, gaveWay::add);
    admission.ask(forwarded, gaveWay::add);
    admission.ask(own, gaveWay::add);

    assertThat(admission.ask(new Job(0), gaveWay::add)).isEqualTo(Verdict.REFUSE);
    assertThat(gaveWay).isEmpty();
    assertThat(startAll(admission, running)).containsExactly(forwarded, own);
  }

  @Test
  void theForwardedCallThatCameLastGivesWayInAFullQueue() {
    Admission<Job> admission = new Admission<>(1, 3, true, 100);
    FunctionSlots<Job> single = single();
    Job holding = new Job(0);
    holding.slots = single;
    Job early = forwarded(new FunctionSlots<>());
    Job lackingRoom = Job.fetching(() -> false);
    lackingRoom.forwarded = true;
    Job aside = forwarded(single);
    for (Job job : List.of(holding, early, lackingRoom, aside)) {
      admission.ask(job, gaveWay::add);
    }

    assertThat(admission.ask(forwarded(single), gaveWay::add)).isEqualTo(Verdict.REFUSE);
    for (int i = 0; i < 3; i++) {
      assertThat(admission.ask(new Job(0), gaveWay::add)).isEqualTo(Verdict.WAIT);
      assertThat(admission.queued()).isEqualTo(3);
    }
    assertThat(gaveWay).containsExactly(aside, lackingRoom, early);
    assertThat(admission.ask(new Job(0), gaveWay::add)).isEqualTo(Verdict.REFUSE);
    assertThat(gaveWay).hasSize(3);
  }

  @Test
  void aFunctionRunsNoMoreThanItsSlotsAndHoldsUpNobodyElse() {
    Admission<Job> admission = new Admission<>(3, 10, true, 100);
    FunctionSlots<Job> single = single();
    Job first = limited(single);
    Job second = limited(single);
    Job third = limited(single);

    assertThat(admission.ask(first, gaveWay::add)).isEqualTo(Verdict.START);
    assertThat(admission.ask(second, gaveWay::add)).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(third, gaveWay::add)).isEqualTo(Verdict.WAIT);
    assertThat(admission.ask(new Job(0), gaveWay::add)).isEqualTo(Verdict.START);
    assertThat(admission.next()).isNull();

    assertThat(startAll(admission, first)).containsExactly(second, third);
  }

  @Test
  void whoWaitedForAFunctionsSlotKeepsItsRank() {
    Admission<Job> admission = new Admission<>(2, 10, true, 100);
    FunctionSlots<Job> single = single();
    Job running = limited(single);
    Job other = new Job(0);
    Job aside = limited(single);
    Job later = new Job(0);
    for (Job job : List.of(running, other, aside, later)) {
      admission.ask(job, gaveWay::add);
    }

    admission.release(running);

    assertThat(admission.next()).isSameAs(aside);
    assertThat(admission.next()).isNull();
    admission.release(other);
    assertThat(admission.next()).isSameAs(later);
  }

  @Test
  void aForwardedCallThatWaitsLeavesItsFunctionsSlotToAnOwnOne() {
    Admission<Job> admission = new Admission<>(1, 10, true, 100);
    FunctionSlots<Job> single = single();
    Job running = new Job(0);
    Job forwarded = forwarded(single);
    Job own = limited(single);
    for (Job job : List.of(running, forwarded, own)) {
      admission.ask(job, gaveWay::add);
    }

    assertThat(startAll(admission, running)).containsExactly(own, forwarded);
  }

  @Test
  void aForwardedCallKeepsTheRoomForItsBodyWhenItLeavesItsFunctionsSlot() {
    Admission<Job> admission = new Admission<>(1, 10, true, 100);
    FunctionSlots<Job> single = single();
    Job running = new Job(0);
    Job forwarded = Job.fetching(() -> true);
    forwarded.forwarded = true;
    forwarded.slots = single;
    Job own = limited(single);
    Job lackingRoom = Job.fetching(() -> false);
    for (Job job : List.of(running, forwarded, own, lackingRoom)) {
      admission.ask(job, gaveWay::add);
    }

    assertThat(startAll(admission, running)).containsExactly(own, forwarded);
  }

  @Test
  void aFunctionsSlotsMayChange() {
    Admission<Job> admission = new Admission<>(3, 10, true, 100);
    FunctionSlots<Job> slots = single();
    List<Job> jobs = List.of(limited(slots), limited(slots), limited(slots), limited(slots));
    jobs.forEach(job -> admission.ask(job, gaveWay::add));

    slots.limitTo(2);
    admission.refit(slots);
    assertThat(admission.next()).isSameAs(jobs.get(1));
    assertThat(admission.next()).isNull();

    slots.limitTo(4);
    admission.refit(slots);
    assertThat(admission.next()).isSameAs(jobs.get(2));
    assertThat(admission.next()).isNull();
    slots.limitTo(1);
    admission.refit(slots);
    admission.release(jobs.get(0));
    admission.release(jobs.get(1));
    assertThat(admission.next()).isNull();
    admission.release(jobs.get(2));
    assertThat(admission.next()).isSameAs(jobs.get(3));
  }

  @Test
  void keepsWhatItHasWhenSlotsAndQueueBecomeFewer() {
    Admission<Job> admission = new Admission<>(2, 2, true, 100);
    List<Job> jobs = List.of(new Job(0), new Job(0), new Job(0), new Job(0));
    jobs.forEach(job -> admission.ask(job, gaveWay::add));

    admission.change(1, 0, true);

    assertThat(admission.occupancy()).isEqualTo(new Occupancy(2, 2, 1, 0, 100));
    assertThat(admission.ask(new Job(0), gaveWay::add)).isEqualTo(Verdict.REFUSE);
    assertThat(admission.waiting()).containsExactly(jobs.get(2), jobs.get(3));
    admission.release(jobs.get(0));
    assertThat(admission.next()).isNull();
    assertThat(startAll(admission, jobs.get(1))).containsExactly(jobs.get(2), jobs.get(3));
  }

  @Test
  void startsWhatWaitsWhenSlotsBecomeMore() {
    Admission<Job> admission = new Admission<>(1, 2, true, 100);
    List<Job> jobs = List.of(new Job(0), new Job(0), new Job(0));
    jobs.forEach(job -> admission.ask(job, gaveWay::add));

    admission.change(3, 2, true);

    assertThat(admission.next()).isSameAs(jobs.get(1));
    assertThat(admission.next()).isSameAs(jobs.get(2));
  }

  /** One after the other, on the slot of the one that runs. */
  private static List<Job> startAll(Admission<Job> admission, Job running) {
    List<Job> started = new ArrayList<>();
    admission.release(running);
    for (Job next = admission.next(); next != null; next = admission.next()) {
      started.add(next);
      assertThat(admission.next()).isNull();
      admission.release(next);
    }
    return started;
  }

  private static FunctionSlots<Job> single() {
    FunctionSlots<Job> slots = new FunctionSlots<>();
    slots.limitTo(1);
    return slots;
  }

  private static Job limited(FunctionSlots<Job> slots) {
    Job job = new Job(0);
    job.slots = slots;
    return job;
  }

  private static Job forwarded(FunctionSlots<Job> slots) {
    Job job = limited(slots);
    job.forwarded = true;
    return job;
  }
}
