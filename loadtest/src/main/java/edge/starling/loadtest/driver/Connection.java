package edge.starling.loadtest.driver;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A kept connection that has at most one call in progress. A call ends with the right answer, or
 * with a problem: another answer, a lost connection, or no answer in time. A lost connection is
 * opened again as long as its pacing wants it. Confined to its event loop but for {@link #open} and
 * {@link #finished}.
 */
final class Connection {
  private static final Duration BEFORE_REOPENING = Duration.ofMillis(100);
  private static final int CONNECT_MILLIS = 5_000;
  private static final int LONGEST_BODY = 1 << 20;

  private final EventLoop loop;
  private final Call call;
  private final long patienceNanos;
  private final ByteBuf request;
  private final AnswerParser parser;
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private @Nullable Channel channel;
  private @Nullable Pacing pacing;
  private boolean busy;
  private long dueAt;
  private long sentAt;

  Connection(EventLoop loop, Call call, Duration patience) {
    this.loop = loop;
    this.call = call;
    this.patienceNanos = patience.toNanos();
    this.parser = new AnswerParser(Math.max(LONGEST_BODY, call.expectedBody().length));
    this.request = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(outOfHeap(call.request())));
  }

  /** A socket takes such bytes without a copy; they go with this object. */
  private static ByteBuffer outOfHeap(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** Opens the connection, which then waits for {@link #begin}. */
  ChannelFuture open() {
    return new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .handler(new Answers())
        .connect(call.server());
  }

  /** Completes once the connection is closed for good; from any thread. */
  CompletableFuture<Void> finished() {
    return finished;
  }

  /** Gives the connection to its pacing, and watches over its calls from now on. */
  void begin(Pacing pacing) {
    this.pacing = pacing;
    watch();
    if (channel != null) {
      pacing.idle(this);
    } else {
      reopen();
    }
  }

  /** Sends the call, to be called only on an idle connection. */
  void send(long dueAt) {
    Channel open = channel;
    if (open == null) {
      throw new IllegalStateException("the connection is not open");
    }
    this.dueAt = dueAt;
    sentAt = System.nanoTime();
    busy = true;
    var unused = open.writeAndFlush(request.duplicate(), open.voidPromise());
  }

  /** Closes the connection for good. */
  void finish() {
    finished.complete(null);
    close();
  }

  private void watch() {
    if (busy && System.nanoTime() - sentAt > patienceNanos) {
      end("no answer within " + TimeUnit.NANOSECONDS.toMillis(patienceNanos) + " ms");
      close();
    }
    if (!finished.isDone()) {
      var unused = loop.schedule(this::watch, patienceNanos / 10, TimeUnit.NANOSECONDS);
    }
  }

  private void close() {
    if (channel != null) {
      var unused = channel.close();
    }
  }

  private void end(@Nullable String problem) {
    busy = false;
    pacing().ended(dueAt, System.nanoTime(), problem);
  }

  /** A problem that belongs to no call. */
  private void trouble(String problem) {
    long now = System.nanoTime();
    pacing().ended(now, now, problem);
  }

  private Pacing pacing() {
    return Objects.requireNonNull(pacing, "the connection has not begun");
  }

  private void answered() {
    end(problem());
    if (parser.isClosing()) {
      close();
    } else if (!finished.isDone()) {
      pacing().idle(this);
    }
  }

  private @Nullable String problem() {
    if (parser.status() != 200) {
      return "status " + parser.status();
    }
    return parser.hasBody(call.expectedBody()) ? null : "wrong body";
  }

  private void lost() {
    channel = null;
    parser.reset();
    if (busy) {
      end("connection lost");
    }
    if (pacing != null) {
      pacing.lost(this);
      reopenLater();
    }
  }

  private void reopenLater() {
    var unused = loop.schedule(this::reopen, BEFORE_REOPENING.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void reopen() {
    if (finished.isDone() || pacing().isOver()) {
      finished.complete(null);
      return;
    }
    open()
        .addListener(
            opened -> {
              if (!opened.isSuccess()) {
                trouble("cannot connect");
                reopenLater();
              }
            });
  }

  private final class Answers extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      channel = context.channel();
      if (pacing != null) {
        pacing.idle(Connection.this);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      try {
        read(bytes.nioBuffer());
      } catch (ProtocolException e) {
        malformed(e);
      } finally {
        bytes.release();
      }
    }

    private void read(ByteBuffer in) throws ProtocolException {
      if (!busy) {
        throw new ProtocolException("bytes that answer no call");
      }
      if (parser.feed(in)) {
        if (in.hasRemaining()) {
          throw new ProtocolException("bytes behind the answer");
        }
        answered();
      }
    }

    private void malformed(ProtocolException e) {
      String problem = "malformed answer: " + e.getMessage();
      if (busy) {
        end(problem);
      } else {
        trouble(problem);
      }
      close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      lost();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var unused = context.close(); // told by channelInactive
    }
  }
}
