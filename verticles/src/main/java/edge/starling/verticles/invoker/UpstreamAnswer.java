package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Response;

/** The answer of a server that speaks HTTP for its function: as it is. */
final class UpstreamAnswer implements UpstreamClient.Answer {
  private final BoundedOutput body;
  private final boolean ofHead;
  private int status;
  private Headers headers = Headers.NONE;

  /**
   * @param ofHead the request was a HEAD, whose answer has no body whatever its length says
   */
  UpstreamAnswer(BoundedOutput body, boolean ofHead) {
    this.body = body;
    this.ofHead = ofHead;
  }

  @Override
  public void begin(int answered, Headers fields, long length) {
    status = answered;
    headers = fields;
    if (length > 0 && !ofHead) {
      body.expect(length);
    }
  }

  @Override
  public void add(byte[] piece) {
    body.write(piece, 0, piece.length);
  }

  /** Once it is whole. */
  Response response() {
    return new Response(status, headers, Body.of(body.toByteArray()));
  }
}
