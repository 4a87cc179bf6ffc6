package edge.starling.codecs.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import edge.starling.codecs.bus.BusError.Code;
import edge.starling.codecs.messages.Address;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.BusMessage;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.IndexMessage.PeerLost;
import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.InvokerMessage.Count;
import edge.starling.codecs.messages.InvokerMessage.Counted;
import edge.starling.codecs.messages.InvokerMessage.Done;
import edge.starling.codecs.messages.NodeId;
import edge.starling.codecs.messages.RoutingMessage.Cancel;
import edge.starling.codecs.messages.RoutingMessage.Claim;
import edge.starling.codecs.messages.RoutingMessage.ClaimAnswer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes on one Vert.x: what the bus promises does not depend on the way between them. */
class BusTest {
  private static final Claim CLAIM = new Claim(new InvocationId("call-1"), new NodeId("node-a", 1));
  private static final ClaimAnswer GRANTED = new ClaimAnswer(true);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private Node a;
  private Node b;
  private Node c;

  /** A verticle's bus, and the context that it is confined to. */
  private record Node(Context context, Bus bus) {
    NodeId id() {
      return bus.self();
    }

    <T> Future<T> run(Function<Bus, Future<T>> work) {
      return Future.future(done -> context.runOnContext(v -> work.apply(bus).onComplete(done)));
    }

    void serve(Function<Claim, Future<? extends ClaimAnswer>> handler) throws Exception {
      run(bus -> bus.serve(Addresses.CLAIM, handler)).await(5, SECONDS);
    }

    Future<ClaimAnswer> ask(Node other) {
      return ask(other, LONG);
    }

    Future<ClaimAnswer> ask(Node other, Duration patience) {
      return run(bus -> bus.request(Addresses.CLAIM, other.id(), CLAIM, patience));
    }

    void hears(PeerLost lost) throws Exception {
      run(bus -> {
            bus.tellAll(Addresses.PEER_LOST, lost);
            return Future.succeededFuture();
          })
          .await(5, SECONDS);
    }
  }

  private Node open(String name) throws Exception {
    Context context = vertx.getOrCreateContext();
    Future<Bus> opened =
        Future.future(
            done ->
                context.runOnContext(v -> Bus.open(vertx, new NodeId(name, 1)).onComplete(done)));
    return new Node(context, opened.await(5, SECONDS));
  }

  private static BusError errorOf(Future<?> answer) {
    return catchThrowableOfType(BusError.class, () -> answer.await(5, SECONDS));
  }

  @BeforeEach
  void open() throws Exception {
    Bus.install(vertx, new CborCodec());
    a = open("node-a");
    b = open("node-b");
    c = open("node-c");
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(5, SECONDS);
  }

  @Test
  void answersRequests() throws Exception {
    List<Claim> asked = new ArrayList<>();
    b.serve(
        claim -> {
          asked.add(claim);
          return Future.succeededFuture(GRANTED);
        });
    assertThat(a.ask(b).await(5, SECONDS)).isSameAs(GRANTED);
    assertThat(asked).singleElement().isSameAs(CLAIM);
  }

  @Test
  void answersAnAskerThatIsNotFoundAtFirst() throws Exception {
    Promise<String> answered = Promise.promise();
    String lateAsker = "an asker that a healing cluster does not know yet";
    b.serve(
        claim -> {
          vertx.setTimer(
              1,
              afterTheFirstTry ->
                  vertx
                      .eventBus()
                      .<Envelope>consumer(
                          lateAsker,
                          answer ->
                              answered.tryComplete(answer.body().correlation() + " answered")));
          return Future.succeededFuture(GRANTED);
        });

    vertx
        .eventBus()
        .send(
            Addresses.CLAIM.at(b.id()),
            Envelope.request(7, lateAsker, CLAIM),
            new DeliveryOptions().setCodecName(CborCodec.NAME));

    assertThat(answered.future().await(5, SECONDS)).isEqualTo("7 answered");
  }

  @Test
  void asksItsOwnNodeUnlessToldOtherwise() throws Exception {
    a.serve(claim -> Future.succeededFuture(new ClaimAnswer(true)));
    b.serve(claim -> Future.succeededFuture(new ClaimAnswer(false)));
    assertThat(a.run(bus -> bus.request(Addresses.CLAIM, CLAIM)).await(5, SECONDS).granted())
        .isTrue();
    assertThat(
            a.run(bus -> bus.request(Addresses.CLAIM, b.id(), CLAIM)).await(5, SECONDS).granted())
        .isFalse();
  }

  @Test
  void givesEachRequestItsOwnAnswer() throws Exception {
    List<Promise<ClaimAnswer>> answers = new ArrayList<>();
    b.serve(
        claim -> {
          Promise<ClaimAnswer> answer = Promise.promise();
          answers.add(answer);
          if (answers.size() == 2) {
            answers.get(1).complete(new ClaimAnswer(false));
            answers.get(0).complete(new ClaimAnswer(true));
          }
          return answer.future();
        });
    Future<ClaimAnswer> first = a.ask(b);
    Future<ClaimAnswer> second = a.ask(b);
    assertThat(first.await(5, SECONDS).granted()).isTrue();
    assertThat(second.await(5, SECONDS).granted()).isFalse();
  }

  @Test
  void answersOnTheContextOfWhoAsked() throws Exception {
    b.serve(claim -> Future.succeededFuture(GRANTED));
    CompletableFuture<Thread> asking = new CompletableFuture<>();
    CompletableFuture<Thread> answered = new CompletableFuture<>();
    a.context()
        .runOnContext(
            v -> {
              asking.complete(Thread.currentThread());
              a.bus()
                  .request(Addresses.CLAIM, b.id(), CLAIM)
                  .onSuccess(answer -> answered.complete(Thread.currentThread()));
            });
    assertThat(answered.get(5, SECONDS)).isSameAs(asking.get(5, SECONDS));
  }

  @Test
  void reportsWhatAListenerThrows() throws Exception {
    b.serve(claim -> Future.succeededFuture(GRANTED));
    CompletableFuture<Throwable> reported = new CompletableFuture<>();
    RuntimeException mistake = new IllegalStateException("a mistake in a listener");
    a.context()
        .runOnContext(
            v -> {
              a.context().exceptionHandler(reported::complete);
              a.bus()
                  .request(Addresses.CLAIM, b.id(), CLAIM)
                  .onSuccess(
                      answer -> {
                        throw mistake;
                      });
            });
    assertThat(reported.get(5, SECONDS)).isSameAs(mistake);
  }

  @Test
  void failsAtOnceWhereNobodyServes() {
    BusError error = errorOf(a.ask(b));
    assertThat(error.code()).isEqualTo(Code.NO_HANDLER);
    assertThat(error.isSurelyNotTaken()).isTrue();
    assertThat(error).hasMessageContaining("routing.claim@node-b.1");
  }

  @Test
  void failsWhenThePatienceIsOver() throws Exception {
    Promise<ClaimAnswer> late = Promise.promise();
    b.serve(claim -> late.future());
    BusError error = errorOf(a.ask(b, Duration.ofMillis(20)));
    assertThat(error.code()).isEqualTo(Code.TIMED_OUT);
    assertThat(error.isSurelyNotTaken()).isFalse();
    late.complete(GRANTED);
    assertThat(a.ask(b).await(5, SECONDS)).as("after a late answer").isEqualTo(GRANTED);
  }

  @Test
  void failsWhereTheHandlerFails() throws Exception {
    a.serve(
        claim -> {
          throw new IllegalStateException("thrown");
        });
    b.serve(claim -> Future.failedFuture(new IllegalStateException("failed")));
    c.serve(claim -> Future.failedFuture(new BusError(Code.NO_HANDLER, "in turn")));
    assertThat(errorOf(a.ask(a)))
        .hasMessage("java.lang.IllegalStateException: thrown")
        .extracting(BusError::code)
        .isEqualTo(Code.FAULT);
    assertThat(errorOf(a.ask(b))).hasMessage("java.lang.IllegalStateException: failed");
    assertThat(errorOf(a.ask(c)))
        .hasMessage("NO_HANDLER: in turn")
        .extracting(BusError::code)
        .isEqualTo(Code.FAULT);
  }

  @Test
  void timesOutWhereTheHandlerHasWaitedInVain() throws Exception {
    b.serve(claim -> Future.failedFuture(new BusError(Code.TIMED_OUT, "in turn")));
    assertThat(errorOf(a.ask(b)))
        .hasMessage("in turn")
        .extracting(BusError::code)
        .isEqualTo(Code.TIMED_OUT);
  }

  @Test
  void failsWhereTheHandlerHasNoAnswer() throws Exception {
    b.serve(claim -> null);
    c.serve(claim -> Future.succeededFuture());
    assertThat(errorOf(a.ask(b)).code()).isEqualTo(Code.FAULT);
    assertThat(errorOf(a.ask(c)).code()).isEqualTo(Code.FAULT);
  }

  @Test
  void failsOnAnAnswerOfAnotherType() throws Exception {
    @SuppressWarnings("unchecked")
    Address<Claim, BusMessage> careless =
        (Address<Claim, BusMessage>) (Address<?, ?>) Addresses.CLAIM;
    b.run(bus -> bus.serve(careless, claim -> Future.succeededFuture(new Done())))
        .await(5, SECONDS);
    assertThat(errorOf(a.ask(b)).code()).isEqualTo(Code.BAD_MESSAGE);
  }

  @Test
  void failsOnARequestOfAnotherType() throws Exception {
    @SuppressWarnings("unchecked")
    Address<BusMessage, ClaimAnswer> careless =
        (Address<BusMessage, ClaimAnswer>) (Address<?, ?>) Addresses.CLAIM;
    b.serve(claim -> Future.succeededFuture(GRANTED));
    assertThat(errorOf(a.run(bus -> bus.request(careless, b.id(), new Done()))).code())
        .isEqualTo(Code.FAULT);
  }

  @Test
  void tellsTheAskerWhatTheOtherNodeCannotRead() throws Exception {
    b.serve(claim -> Future.succeededFuture(GRANTED));
    CompletableFuture<Envelope> answer = new CompletableFuture<>();
    vertx
        .eventBus()
        .<Envelope>consumer("asker", message -> answer.complete(message.body()))
        .completion()
        .await(5, SECONDS);
    vertx
        .eventBus()
        .send(
            Addresses.CLAIM.at(b.id()),
            Envelope.unreadable(7, "asker", "unknown message"),
            new DeliveryOptions().setCodecName(CborCodec.NAME));
    assertThat(answer.get(5, SECONDS))
        .isEqualTo(Envelope.fault(7, Code.NOT_UNDERSTOOD, "unknown message"));
    assertThat(new BusError(Code.NOT_UNDERSTOOD, "").isSurelyNotTaken()).isTrue();
  }

  @Test
  void failsPendingRequestsToALostNodeOnly() throws Exception {
    Promise<ClaimAnswer> slow = Promise.promise();
    CompletableFuture<Void> bothAsked = new CompletableFuture<>();
    b.serve(claim -> Promise.<ClaimAnswer>promise().future());
    c.serve(
        claim -> {
          bothAsked.complete(null);
          return slow.future();
        });
    Future<ClaimAnswer> first = a.ask(b);
    Future<ClaimAnswer> second = a.ask(b);
    Future<ClaimAnswer> toAnother = a.ask(c);
    bothAsked.get(5, SECONDS);
    a.hears(new PeerLost(b.id()));
    assertThat(errorOf(first).code()).isEqualTo(Code.PEER_LOST);
    assertThat(errorOf(second)).hasMessage("node-b.1 has left the cluster");
    assertThat(errorOf(second).isSurelyNotTaken()).isFalse();
    assertThat(toAnother.isComplete()).isFalse();
    slow.complete(GRANTED);
    assertThat(toAnother.await(5, SECONDS)).isEqualTo(GRANTED);
  }

  @Test
  void leavesRequestsToTheNextLifeOfALostNodeAlone() throws Exception {
    Promise<ClaimAnswer> slow = Promise.promise();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    b.serve(
        claim -> {
          asked.complete(null);
          return slow.future();
        });
    Future<ClaimAnswer> answer = a.ask(b);
    asked.get(5, SECONDS);
    a.hears(new PeerLost(new NodeId("node-b", 2)));
    slow.complete(GRANTED);
    assertThat(answer.await(5, SECONDS)).isEqualTo(GRANTED);
  }

  @Test
  void tellsOneNodeOrItsOwnOrAll() throws Exception {
    List<String> heard = new ArrayList<>();
    CompletableFuture<List<String>> end = new CompletableFuture<>();
    hear(a, "a", heard, end);
    hear(b, "b", heard, end);
    a.run(
            bus -> {
              bus.tellHere(Addresses.CANCEL, cancel("here"));
              return bus.tell(Addresses.CANCEL, b.id(), cancel("to b"));
            })
        .await(5, SECONDS);
    c.run(
            bus -> {
              bus.tellAll(Addresses.CANCEL, cancel("to all"));
              bus.tellHere(Addresses.CANCEL, cancel("to nobody"));
              return bus.tell(Addresses.CANCEL, a.id(), cancel("to a"))
                  .compose(told -> bus.tell(Addresses.CANCEL, b.id(), cancel("end")));
            })
        .await(5, SECONDS);
    assertThat(end.get(5, SECONDS))
        .containsExactlyInAnyOrder(
            "a: here", "b: to b", "a: to all", "b: to all", "a: to a", "b: end");
  }

  /** Completes once six notices are heard; more would be noticed as well. */
  private static void hear(
      Node node, String name, List<String> heard, CompletableFuture<List<String>> end)
      throws Exception {
    node.run(
            bus ->
                bus.on(
                    Addresses.CANCEL,
                    cancel -> {
                      synchronized (heard) {
                        heard.add(name + ": " + cancel.id());
                        if (heard.size() == 6) {
                          end.complete(List.copyOf(heard));
                        }
                      }
                    }))
        .await(5, SECONDS);
  }

  private static Cancel cancel(String id) {
    return new Cancel(new InvocationId(id));
  }

  @Test
  void failsToTellANodeThatDoesNotListen() {
    Future<Void> told = a.run(bus -> bus.tell(Addresses.CANCEL, b.id(), cancel("x")));
    assertThat(catchThrowableOfType(RuntimeException.class, () -> told.await(5, SECONDS)))
        .hasMessageContaining("routing.cancel@node-b.1");
  }

  @Test
  void goesOnAfterAListenerOfNoticesHasThrown() throws Exception {
    CompletableFuture<Cancel> heard = new CompletableFuture<>();
    b.run(
            bus ->
                bus.on(
                    Addresses.CANCEL,
                    cancel -> {
                      if (cancel.id().value().equals("bad")) {
                        throw new IllegalStateException("a mistake in a listener");
                      }
                      heard.complete(cancel);
                    }))
        .await(5, SECONDS);
    a.run(bus -> bus.tell(Addresses.CANCEL, b.id(), cancel("bad"))).await(5, SECONDS);
    vertx
        .eventBus()
        .send(
            Addresses.CANCEL.at(b.id()),
            Envelope.unreadable(0, null, "unknown message"),
            new DeliveryOptions().setCodecName(CborCodec.NAME));
    a.run(bus -> bus.tell(Addresses.CANCEL, b.id(), cancel("good"))).await(5, SECONDS);
    assertThat(heard.get(5, SECONDS)).isEqualTo(cancel("good"));
  }

  @Test
  void servesSeveralAddressesOfANode() throws Exception {
    b.serve(claim -> Future.succeededFuture(GRANTED));
    Counted counted = new Counted(1, 2, 3, 4, 5);
    b.run(bus -> bus.serve(Addresses.COUNT, count -> Future.succeededFuture(counted)))
        .await(5, SECONDS);
    Count count = new Count(FunctionName.parse("echo"));
    assertThat(a.run(bus -> bus.request(Addresses.COUNT, b.id(), count)).await(5, SECONDS))
        .isEqualTo(counted);
    assertThat(a.ask(b).await(5, SECONDS)).isEqualTo(GRANTED);
  }
}
