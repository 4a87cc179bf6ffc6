package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Occupancy;
import edge.starling.verticles.invoker.WaitingLine.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who may start now. Starting takes a slot of the node and one of the function, and reserves
 * memory; a body that has to be fetched needs room as well. Who cannot start waits in a bounded
 * queue. When that is full, the last of those that wait is refused: the one that comes now, or,
 * when that one goes before others, the last of them.
 *
 * <p>First come, first served, but the node's own calls go before forwarded ones, which wait for as
 * long as own ones keep coming: nothing but their own time bounds that. Further exceptions see to
 * it that slots do not stand idle, and that nobody is held up for a reason that is not his:
 *
 * <ul>
 *   <li>Who finds all slots of his function taken waits for one of those, aside.
 *   <li>Whose body finds no room waits for that, aside.
 *   <li>While the first cannot have its memory yet, candidates that need none pass it. Those that
 *       need memory never do, so that what becomes free adds up until the first one fits.
 * </ul>
 *
 * Everybody keeps his rank, whatever he has waited for. A step takes time in the logarithm of the
 * queue's length.
 *
 * <p>Confined to one thread, but for the getters, which others may read for a rough picture.
 *
 * @param <C> told apart by identity
 */
final class Admission<C extends Admission.Candidate<C>> {

  /** Something that wants to start. */
  interface Candidate<C> {
    /** Whether it goes behind those that do not. */
    boolean isForwarded();

    /** Those of its function, which it takes one of. */
    FunctionSlots<C> functionSlots();

    /** What it would reserve if it started now; may change while it waits. */
    int memoryMiB();

    /** Whether it has a body that lies elsewhere, for which it has taken no room yet. */
    boolean lacksRoomForBody();

    /** Takes the room for such a body. Once that is done, it stays so. */
    boolean takeRoomForBody();
  }

  enum Verdict {
    /** Its slots and memory are taken. */
    START,
    WAIT,
    REFUSE
  }

  private static final long BEHIND_ALL_OWN = 1L << 62;

  private final Map<C, Place<C>> places = new LinkedHashMap<>();
  private final WaitingLine<C> everybody = new WaitingLine<>();
  private final WaitingLine<C> needingMemory = new WaitingLine<>();
  private final WaitingLine<C> needingNone = new WaitingLine<>();
  private final WaitingLine<C> lackingRoom = new WaitingLine<>();
  private int slots;
  private int queueLimit;
  private boolean ownFirst;
  private long tickets;
  private int running;
  private int freeMemoryMiB;

  /**
   * @param ownFirst whether forwarded candidates go behind the others
   */
  Admission(int slots, int queueLimit, boolean ownFirst, int memoryMiB) {
    this.slots = slots;
    this.queueLimit = queueLimit;
    this.ownFirst = ownFirst;
    this.freeMemoryMiB = memoryMiB;
  }

  /**
   * For those that come from now on: those that run or wait stay, whatever there is room for.
   * {@link #next} may have somebody for further slots.
   */
  void change(int nowSlots, int nowQueueLimit, boolean nowOwnFirst) {
    slots = nowSlots;
    queueLimit = nowQueueLimit;
    ownFirst = nowOwnFirst;
  }

  /**
   * @param givesWay told who has left the queue for this one
   */
  Verdict ask(C candidate, Consumer<C> givesWay) {
    if (places.isEmpty() && startsAtOnce(candidate)) {
      return Verdict.START;
    }
    Place<C> place = new Place<>(candidate, rank(candidate));
    places.put(candidate, place);
    everybody.add(place);
    if (candidate.functionSlots().enter(place)) {
      lineUp(place);
    }
    refit(candidate.functionSlots());
    if (running < slots && canStart(place)) {
      start(place);
      return Verdict.START;
    }
    Place<C> last = everybody.last();
    if (queued() <= queueLimit || last == null) {
      return Verdict.WAIT;
    }
    withdraw(last.candidate());
    if (last.equals(place)) {
      return Verdict.REFUSE;
    }
    givesWay.accept(last.candidate());
    return Verdict.WAIT;
  }

  /**
   * The next one of those that wait, with its slots and memory taken; null when nobody can start.
   * To be asked until it is null whenever something was released, withdrawn or changed.
   */
  @Nullable C next() {
    lineUpThoseWithRoom();
    if (running >= slots) {
      return null;
    }
    Place<C> needing = needingMemory.first();
    Place<C> none = needingNone.first();
    boolean needingIsFirst = needing != null && (none == null || needing.rank() < none.rank());
    Place<C> first = needingIsFirst ? needing : none;
    Place<C> second = needingIsFirst ? none : needing;
    if (first != null && first.candidate().memoryMiB() <= freeMemoryMiB) {
      return start(first);
    }
    return second != null && second.candidate().memoryMiB() == 0 ? start(second) : null;
  }

  /** It waits no longer and does not start. False when it was not waiting. */
  boolean withdraw(C candidate) {
    Place<C> place = places.get(candidate);
    if (place == null) {
      return false;
    }
    leaveQueue(place);
    candidate.functionSlots().left(place);
    refit(candidate.functionSlots());
    return true;
  }

  /** One that had started has ended. */
  void release(C candidate) {
    running--;
    freeMemoryMiB += candidate.memoryMiB();
    candidate.functionSlots().ended();
    refit(candidate.functionSlots());
  }

  /** Gives the slots of a function to those that are to have them, after the limit has changed. */
  void refit(FunctionSlots<C> slotsOfFunction) {
    for (Place<C> out = slotsOfFunction.takeBack(); out != null; out = slotsOfFunction.takeBack()) {
      leaveLine(out);
      handOut(slotsOfFunction);
    }
    handOut(slotsOfFunction);
  }

  /** In the order in which they came. */
  List<C> waiting() {
    return List.copyOf(places.keySet());
  }

  int running() {
    return running;
  }

  int queued() {
    return places.size();
  }

  int freeMemoryMiB() {
    return freeMemoryMiB;
  }

  Occupancy occupancy() {
    return new Occupancy(running, queued(), slots, queueLimit, freeMemoryMiB);
  }

  /** As most do: where nobody waits, no line is needed to tell who is first. */
  private boolean startsAtOnce(C candidate) {
    int memoryMiB = candidate.memoryMiB();
    boolean starts =
        running < slots
            && memoryMiB <= freeMemoryMiB
            && !candidate.lacksRoomForBody()
            && candidate.functionSlots().takeAtOnce();
    if (starts) {
      running++;
      freeMemoryMiB -= memoryMiB;
    }
    return starts;
  }

  private long rank(C candidate) {
    return tickets++ + (ownFirst && candidate.isForwarded() ? BEHIND_ALL_OWN : 0);
  }

  private void handOut(FunctionSlots<C> slotsOfFunction) {
    for (Place<C> in = slotsOfFunction.handOut(); in != null; in = slotsOfFunction.handOut()) {
      lineUp(in);
    }
  }

  /** It has its function's slot. */
  private void lineUp(Place<C> place) {
    if (place.candidate().lacksRoomForBody()) {
      lackingRoom.add(place);
      lineUpThoseWithRoom();
    } else {
      line(place).add(place);
    }
  }

  private void lineUpThoseWithRoom() {
    for (Place<C> first = lackingRoom.first();
        first != null && first.candidate().takeRoomForBody();
        first = lackingRoom.first()) {
      lackingRoom.remove(first);
      line(first).add(first);
    }
  }

  private boolean canStart(Place<C> place) {
    return line(place).isFirst(place) && place.candidate().memoryMiB() <= freeMemoryMiB;
  }

  private WaitingLine<C> line(Place<C> place) {
    return place.candidate().memoryMiB() == 0 ? needingNone : needingMemory;
  }

  private C start(Place<C> place) {
    leaveQueue(place);
    C candidate = place.candidate();
    candidate.functionSlots().started(place);
    running++;
    freeMemoryMiB -= candidate.memoryMiB();
    return candidate;
  }

  private void leaveQueue(Place<C> place) {
    places.remove(place.candidate());
    everybody.remove(place);
    leaveLine(place);
  }

  private void leaveLine(Place<C> place) {
    if (!needingMemory.remove(place) && !needingNone.remove(place)) {
      lackingRoom.remove(place);
    }
  }
}
