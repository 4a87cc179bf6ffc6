package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Occupancy;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may start now. Starting takes a slot and reserves memory; a body that has to be fetched needs
 * room as well. Who cannot start waits in a bounded queue, and who finds that full is refused.
 *
 * <p>The queue is first come, first served, with one exception. While the first cannot have its
 * memory yet, candidates that need none pass it, so that slots do not stand idle; candidates that
 * need memory never do, so that what becomes free adds up until the first one fits. It is kept as
 * two lines, by whether a candidate needed memory when it came, so every step takes constant time.
 * Candidates whose body finds no room wait in a line of their own, where they hold nobody up, and
 * join one of the others with their room.
 *
 * <p>Confined to one thread, but for the getters, which others may read for a rough picture.
 *
 * @param <C> told apart by identity
 */
final class Admission<C extends Admission.Candidate> {

  /** Something that wants to start. */
  interface Candidate {
    /** What it would reserve if it started now; may change while it waits. */
    int memoryMiB();

    /** Whether it has a body that lies elsewhere. */
    boolean fetchesBody();

    /** Takes the room for such a body. Once that is done, it stays so. */
    boolean takeRoomForBody();
  }

  enum Verdict {
    /** Its slot and memory are taken. */
    START,
    WAIT,
    REFUSE
  }

  private final int slots;
  private final int queueLimit;
  private final Map<C, Long> needingMemory = new LinkedHashMap<>();
  private final Map<C, Long> needingNone = new LinkedHashMap<>();
  private final Set<C> lackingRoom = new LinkedHashSet<>();
  private long tickets;
  private int running;
  private int freeMemoryMiB;

  Admission(int slots, int queueLimit, int memoryMiB) {
    this.slots = slots;
    this.queueLimit = queueLimit;
    this.freeMemoryMiB = memoryMiB;
  }

  Verdict ask(C candidate) {
    boolean hasRoom = hasRoom(candidate);
    if (hasRoom && canStart(candidate)) {
      start(candidate.memoryMiB());
      return Verdict.START;
    }
    if (queued() >= queueLimit) {
      return Verdict.REFUSE;
    }
    if (hasRoom) {
      lineUp(candidate);
    } else {
      lackingRoom.add(candidate);
    }
    return Verdict.WAIT;
  }

  /**
   * The next one of those that wait, with its slot and memory taken; null when nobody can start. To
   * be asked until it is null whenever something was released or withdrawn.
   */
  @Nullable C next() {
    lineUpThoseWithRoom();
    if (running == slots) {
      return null;
    }
    Map.Entry<C, Long> needing = head(needingMemory);
    Map.Entry<C, Long> none = head(needingNone);
    boolean needingIsFirst =
        needing != null && (none == null || needing.getValue() < none.getValue());
    Map.Entry<C, Long> first = needingIsFirst ? needing : none;
    Map.Entry<C, Long> second = needingIsFirst ? none : needing;
    if (first != null && first.getKey().memoryMiB() <= freeMemoryMiB) {
      return leaveQueue(first.getKey());
    }
    return second != null && second.getKey().memoryMiB() == 0 ? leaveQueue(second.getKey()) : null;
  }

  /** It waits no longer and does not start. False when it was not waiting. */
  boolean withdraw(C candidate) {
    return needingMemory.remove(candidate) != null
        || needingNone.remove(candidate) != null
        || lackingRoom.remove(candidate);
  }

  /** One that had started has ended; it had reserved this. */
  void release(int memoryMiB) {
    running--;
    freeMemoryMiB += memoryMiB;
  }

  List<C> waiting() {
    return Stream.of(needingMemory.keySet(), needingNone.keySet(), lackingRoom)
        .flatMap(Collection::stream)
        .toList();
  }

  int running() {
    return running;
  }

  int queued() {
    return needingMemory.size() + needingNone.size() + lackingRoom.size();
  }

  int freeMemoryMiB() {
    return freeMemoryMiB;
  }

  Occupancy occupancy() {
    return new Occupancy(running, queued(), slots, queueLimit, freeMemoryMiB);
  }

  private boolean hasRoom(C candidate) {
    return !candidate.fetchesBody() || (lackingRoom.isEmpty() && candidate.takeRoomForBody());
  }

  private boolean canStart(C candidate) {
    return line(candidate).isEmpty() && running < slots && candidate.memoryMiB() <= freeMemoryMiB;
  }

  private void lineUp(C candidate) {
    line(candidate).put(candidate, tickets++);
  }

  private void lineUpThoseWithRoom() {
    Iterator<C> lacking = lackingRoom.iterator();
    while (lacking.hasNext()) {
      C first = lacking.next();
      if (!first.takeRoomForBody()) {
        return;
      }
      lacking.remove();
      lineUp(first);
    }
  }

  private Map<C, Long> line(C candidate) {
    return candidate.memoryMiB() == 0 ? needingNone : needingMemory;
  }

  private C leaveQueue(C candidate) {
    withdraw(candidate);
    start(candidate.memoryMiB());
    return candidate;
  }

  private void start(int memoryMiB) {
    running++;
    freeMemoryMiB -= memoryMiB;
  }

  private static <C> Map.@Nullable Entry<C, Long> head(Map<C, Long> line) {
    return line.isEmpty() ? null : line.entrySet().iterator().next();
  }
}
