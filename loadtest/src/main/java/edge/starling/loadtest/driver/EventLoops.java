package edge.starling.loadtest.driver;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The driver's threads, few since they share the machine with what is measured. */
final class EventLoops implements AutoCloseable {
  private static final long CONNECT_SECONDS = 10;

  private final MultiThreadIoEventLoopGroup group;
  private final List<EventLoop> loops = new ArrayList<>();

  EventLoops(int count) {
    group =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("load", true), NioIoHandler.newFactory());
    for (EventExecutor loop : group) {
      loops.add((EventLoop) loop);
    }
  }

  int count() {
    return loops.size();
  }

  /** Any number has its loop: they are dealt round robin. */
  EventLoop loop(int number) {
    return loops.get(number % loops.size());
  }

  static void awaitOpen(ChannelFuture opening) throws IOException {
    if (!opening.awaitUninterruptibly(CONNECT_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("no connection within " + CONNECT_SECONDS + " s");
    }
    if (!opening.isSuccess()) {
      throw new IOException("cannot connect: " + opening.cause().getMessage(), opening.cause());
    }
  }

  @Override
  public void close() {
    var unused = group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
