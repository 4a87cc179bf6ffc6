package edge.starling.verticles.manycall;

import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.ManycallMessage.Form;
import edge.starling.codecs.messages.ManycallMessage.Taken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The body of a manycall's answer, as it grows: in the order of the items, each as soon as all
 * before it are there, or as they come. Answers that wait for others beyond a number of bytes wait
 * on disk. Confined to the event loop.
 */
final class Output {
  private static final int MOST_TAKEN = 64 * 1024;
  private static final byte[] NOTHING = {};
  private static final byte[] COMMA = utf8(",");
  private static final byte[] END_OF_LINE = utf8("\n");
  private static final byte[] ANSWER_EVENT = utf8("event: answer\ndata: ");
  private static final byte[] END_OF_EVENT = utf8("\n\n");

  private final Form form;
  private final int items;
  private final long bufferBytes;
  private final Spill spill;
  private final Executor later;
  private final Runnable whenRoom;
  private final Map<Integer, Waiting> waiting = new HashMap<>();
  private final Deque<byte[]> ready = new ArrayDeque<>();
  private long waitingBytes;
  private long spillingBytes;
  private long readyBytes;
  private int written;
  private boolean loading;
  private boolean offering;
  private boolean roomIsMissed;
  private @Nullable Throwable failure;
  private @Nullable CompletableFuture<Taken> taker;

  /** An answer whose turn has not come: in memory, or on disk. */
  private record Waiting(
      @Nullable Bytes bytes, @Nullable CompletionStage<Long> position, int length) {}

  /**
   * @param items how many answers there will be
   * @param bufferBytes that may wait in memory, for others and for the reader each
   * @param later runs on the event loop what need not be done at once
   * @param whenRoom told when there is room again, for whoever found none
   */
  Output(Form form, int items, long bufferBytes, Spill spill, Executor later, Runnable whenRoom) {
    this.form = form;
    this.items = items;
    this.bufferBytes = bufferBytes;
    this.spill = spill;
    this.later = later;
    this.whenRoom = whenRoom;
    if (isOrdered()) {
      append(utf8(form == Form.RESULTS ? "{\"results\":[" : "{\"responses\":["));
    }
    if (items == 0) {
      end();
    }
  }

  /** To be called once for each item. */
  void put(int index, ItemAnswer answer) {
    if (isOrdered()) {
      inOrder(index, answer.element());
    } else {
      write(answer.line(index));
    }
  }

  /** Tells a client that asked for events how far it is. */
  void progress(int done, int failed) {
    if (form == Form.EVENTS && written < items) {
      append(
          utf8(
              "event: progress\ndata: {\"done\":%d,\"failed\":%d,\"items\":%d}\n\n"
                  .formatted(done, failed, items)));
    }
  }

  /** Whether so little waits for the reader and the disk that more may be begun. */
  boolean hasRoom() {
    boolean room = readyBytes < bufferBytes && spillingBytes < bufferBytes;
    roomIsMissed |= !room;
    return room;
  }

  /**
   * The next part, as soon as there is some; one at a time.
   *
   * @return fails where answers that waited on disk are lost
   */
  CompletionStage<Taken> take() {
    if (failure != null) {
      return CompletableFuture.failedStage(failure);
    }
    CompletableFuture<Taken> next = new CompletableFuture<>();
    taker = next;
    if (!ready.isEmpty() || isEnded()) {
      offer();
    }
    return next;
  }

  private boolean isOrdered() {
    return form == Form.RESPONSES || form == Form.RESULTS;
  }

  private boolean isEnded() {
    return written == items;
  }

  private void inOrder(int index, byte[] element) {
    if (index == written && !loading) {
      write(element);
      writeWaiting();
    } else if (waitingBytes + element.length <= bufferBytes) {
      waitingBytes += element.length;
      waiting.put(index, new Waiting(Bytes.wrap(element), null, element.length));
    } else {
      spillingBytes += element.length;
      CompletionStage<Long> position = spill.append(element);
      waiting.put(index, new Waiting(null, position, element.length));
      position.whenComplete((at, error) -> spilled(element.length, error));
    }
  }

  private void spilled(int length, @Nullable Throwable error) {
    spillingBytes -= length;
    if (error == null) {
      tellRoom();
    } else {
      fail(error);
    }
  }

  /** An answer is lost, and with it all that would follow. */
  private void fail(Throwable error) {
    failure = error;
    CompletableFuture<Taken> reader = taker;
    taker = null;
    if (reader != null) {
      reader.completeExceptionally(error);
    }
  }

  /** Those that only waited for the last one. */
  private void writeWaiting() {
    for (Waiting next = waiting.remove(written); next != null; next = waiting.remove(written)) {
      Bytes bytes = next.bytes;
      if (bytes == null) {
        load(next);
        return;
      }
      waitingBytes -= bytes.length();
      write(bytes.array());
    }
  }

  private void load(Waiting spilled) {
    loading = true;
    Objects.requireNonNull(spilled.position)
        .thenCompose(at -> spill.read(at, spilled.length))
        .whenComplete(
            (bytes, error) -> {
              loading = false;
              if (error == null) {
                write(bytes);
                writeWaiting();
              } else {
                fail(error);
              }
            });
  }

  private void write(byte[] answer) {
    if (isOrdered()) {
      if (written > 0) {
        append(COMMA);
      }
      append(answer);
    } else {
      append(form == Form.EVENTS ? ANSWER_EVENT : NOTHING);
      append(answer);
      append(form == Form.EVENTS ? END_OF_EVENT : END_OF_LINE);
    }
    written++;
    if (isEnded()) {
      end();
    }
  }

  private void end() {
    switch (form) {
      case RESPONSES, RESULTS -> append(utf8("]}"));
      case EVENTS -> append(utf8("event: end\ndata: {\"items\":" + items + "}\n\n"));
      case LINES -> {}
    }
    offerSoon();
  }

  private void append(byte[] bytes) {
    if (bytes.length > 0) {
      ready.add(bytes);
      readyBytes += bytes.length;
      offerSoon();
    }
  }

  /** Not at once: what comes at the same time goes together. */
  private void offerSoon() {
    if (!offering && taker != null) {
      offering = true;
      later.execute(
          () -> {
            offering = false;
            offer();
          });
    }
  }

  private void offer() {
    CompletableFuture<Taken> reader = taker;
    if (reader == null || (ready.isEmpty() && !isEnded())) {
      return;
    }
    taker = null;
    byte[] part = gather();
    reader.complete(new Taken(Bytes.wrap(part), isEnded() && ready.isEmpty()));
    tellRoom();
  }

  private byte[] gather() {
    int length = 0;
    int count = 0;
    for (byte[] bytes : ready) {
      if (count > 0 && length + bytes.length > MOST_TAKEN) {
        break;
      }
      length += bytes.length;
      count++;
    }
    byte[] part = new byte[length];
    int at = 0;
    for (int i = 0; i < count; i++) {
      byte[] bytes = ready.remove();
      System.arraycopy(bytes, 0, part, at, bytes.length);
      at += bytes.length;
    }
    readyBytes -= length;
    return part;
  }

  private void tellRoom() {
    if (roomIsMissed && hasRoom()) {
      roomIsMissed = false;
      whenRoom.run();
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
