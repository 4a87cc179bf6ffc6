package edge.starling.verticles.manycall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import edge.starling.codecs.messages.ManycallMessage.Form;
import edge.starling.codecs.messages.ManycallMessage.Taken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputTest {
  private static final int BUFFER = 100;

  private final Queue<Runnable> later = new ArrayDeque<>();
  private final Disk disk = new Disk();
  private final StringBuilder read = new StringBuilder();
  private int rooms;
  private boolean ended;

  /** Writes and reads when the test says so. */
  private final class Disk implements Spill {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean broken;

    @Override
    public CompletionStage<Long> append(byte[] more) {
      long at = bytes.size();
      bytes.writeBytes(more);
      CompletableFuture<Long> written = new CompletableFuture<>();
      later.add(
          () -> {
            if (broken) {
              written.completeExceptionally(new IOException("no space left"));
            } else {
              written.complete(at);
            }
          });
      return written;
    }

    @Override
    public CompletionStage<byte[]> read(long at, int length) {
      CompletableFuture<byte[]> done = new CompletableFuture<>();
      later.add(
          () ->
              done.complete(Arrays.copyOfRange(bytes.toByteArray(), (int) at, (int) at + length)));
      return done;
    }
  }

  @Test
  void eachIsWrittenOnceAllBeforeItAre() {
    Output output = output(Form.RESPONSES, 3);
    readOn(output);
    output.put(1, answer("one"));
    settle();
    assertThat(read).hasToString("{\"responses\":[");
    output.put(0, answer("zero"));
    settle();
    assertThat(read).hasToString("{\"responses\":[\"zero\",\"one\"");
    output.put(2, answer("two"));
    settle();

    assertThat(read).hasToString("{\"responses\":[\"zero\",\"one\",\"two\"]}");
    assertThat(ended).isTrue();
  }

  @Test
  void noItemsAreAnEmptyArray() {
    readOn(output(Form.RESULTS, 0));
    settle();

    assertThat(read).hasToString("{\"results\":[]}");
    assertThat(ended).isTrue();
  }

  @Test
  void linesComeAsTheyAreThere() {
    Output output = output(Form.LINES, 2);
    readOn(output);
    output.put(1, answer("one"));
    output.put(0, answer("zero"));
    settle();

    assertThat(read)
        .hasToString(
            "{\"index\":1,\"status\":200,\"body\":\"one\"}\n"
                + "{\"index\":0,\"status\":200,\"body\":\"zero\"}\n");
    assertThat(ended).isTrue();
  }

  @Test
  void eventsTellHowFarItIs() {
    Output output = output(Form.EVENTS, 1);
    readOn(output);
    output.progress(0, 0);
    output.put(0, answer("zero"));
    output.progress(1, 0);
    settle();

    assertThat(read)
        .hasToString(
            "event: progress\ndata: {\"done\":0,\"failed\":0,\"items\":1}\n\n"
                + "event: answer\ndata: {\"index\":0,\"status\":200,\"body\":\"zero\"}\n\n"
                + "event: end\ndata: {\"items\":1}\n\n");
  }

  @Test
  void whatDoesNotFitIntoMemoryWaitsOnDisk() {
    int items = 50;
    Output output = output(Form.RESPONSES, items);
    readOn(output);
    for (int i = items - 1; i > 0; i--) {
      output.put(i, answer("answer " + i));
    }
    settle();
    assertThat(disk.bytes.size()).isGreaterThan(BUFFER);
    output.put(0, answer("answer 0"));
    settle();

    assertThat(read).hasToString(expected(items));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theOrderIsKeptWhateverTheOrderOfTheAnswers(long seed) {
    Random random = new Random(seed);
    int items = 200;
    Output output = output(Form.RESPONSES, items);
    List<Integer> order = IntStream.range(0, items).boxed().collect(Collectors.toList());
    Collections.shuffle(order, random);
    readOn(output);
    for (int index : order) {
      output.put(index, answer("answer " + index));
      for (int i = random.nextInt(3); i > 0 && !later.isEmpty(); i--) {
        later.remove().run();
      }
    }
    settle();

    assertThat(read).hasToString(expected(items));
    assertThat(ended).isTrue();
  }

  @Test
  void answersThatTheDiskLosesEndTheOutput() {
    Output output = output(Form.RESPONSES, 5);
    settle();
    CompletableFuture<Taken> begin = output.take().toCompletableFuture();
    assertThat(begin).isCompletedWithValueMatching(part -> !part.last());
    CompletableFuture<Taken> next = output.take().toCompletableFuture();
    disk.broken = true;
    output.put(4, answer("x".repeat(BUFFER)));
    settle();

    assertThat(next).isCompletedExceptionally();
    assertThat(output.take().toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void hasNoRoomWhileNobodyReads() {
    Output output = output(Form.LINES, 10);
    for (int i = 0; i < 5; i++) {
      output.put(i, answer("some text"));
    }
    assertThat(output.hasRoom()).isFalse();
    settle();
    assertThat(rooms).isZero();

    readOn(output);
    settle();

    assertThat(rooms).isEqualTo(1);
    assertThat(output.hasRoom()).isTrue();
  }

  private Output output(Form form, int items) {
    return new Output(form, items, BUFFER, disk, later::add, () -> rooms++);
  }

  private void readOn(Output output) {
    output.take().thenAccept(part -> took(output, part));
  }

  private void took(Output output, Taken part) {
    read.append(part.bytes().utf8());
    assertThat(ended).isFalse();
    ended = part.last();
    if (!ended) {
      readOn(output);
    }
  }

  private void settle() {
    for (Runnable next = later.poll(); next != null; next = later.poll()) {
      next.run();
    }
  }

  private static String expected(int items) {
    return IntStream.range(0, items)
        .mapToObj(i -> "\"answer " + i + "\"")
        .collect(Collectors.joining(",", "{\"responses\":[", "]}"));
  }

  private static ItemAnswer answer(String text) {
    return ItemAnswer.of(200, text.getBytes(UTF_8));
  }
}
