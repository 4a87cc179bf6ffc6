package edge.starling.verticles.ingress;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind a connection's HTTP decoder, where Vert.x has not looked yet: it would answer other
 * versions by itself, read a body with an unknown coding as none, and drop a connection with a
 * broken body without a word. After what is refused here nothing more comes through. Confined to
 * the connection's event loop.
 */
final class RequestGuard extends ChannelInboundHandlerAdapter {
  private static final long LINGER_MILLIS = 1_000;

  private final HttpServerConnection connection;
  private final ClientConnection client;
  private boolean refused;

  private RequestGuard(HttpServerConnection connection, ClientConnection client) {
    this.connection = connection;
    this.client = client;
  }

  static void install(HttpConnection accepted, ClientConnection client) {
    HttpServerConnection connection = (HttpServerConnection) accepted;
    ChannelHandlerContext vertxHandler = connection.channelHandlerContext();
    vertxHandler
        .pipeline()
        .addBefore(vertxHandler.name(), null, new RequestGuard(connection, client));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (refused) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest request) {
      check(request);
      context.fireChannelRead(message);
    } else if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
      refused = true;
      ReferenceCountUtil.release(message);
      connection.context().emit(connection, broken -> refuseBody());
    } else {
      context.fireChannelRead(message);
    }
  }

  /**
   * After the answer to a refused head Vert.x fails the connection, to close it. Closed while the
   * client still sends, it would be reset, and the answer lost.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (refused && context.channel() instanceof DuplexChannel channel) {
      ChannelFuture unused = channel.shutdownOutput();
      connection.context().owner().setTimer(LINGER_MILLIS, timer -> connection.close());
    } else {
      context.fireExceptionCaught(cause);
    }
  }

  private void check(HttpRequest request) {
    Problem fault = request.decoderResult().isSuccess() ? fault(request) : null;
    if (fault != null) {
      request.setDecoderResult(DecoderResult.failure(new Unacceptable(fault)));
    }
    refused = request.decoderResult().isFailure();
    if (refused) {
      // How it is answered: Vert.x would close at once what asks for that, as HTTP/1.0 does.
      request.setProtocolVersion(HttpVersion.HTTP_1_1);
      request.headers().remove(HttpHeaderNames.CONNECTION);
    }
  }

  private static @Nullable Problem fault(HttpRequest request) {
    boolean coded = request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    if (!coded && hosts <= 1 && request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return null;
    }
    return RequestHead.fault(
        request.protocolVersion().text(),
        hosts,
        coded ? request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING) : List.of());
  }

  private void refuseBody() {
    Problem problem =
        Problem.malformed(
            "the chunked body cannot be read: a chunk begins with its length in hex digits on a"
                + " line of its own (RFC 9112, 7.1)");
    if (!client.refuseBody(problem)) {
      connection.close();
    }
  }
}
