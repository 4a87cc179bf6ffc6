package edge.starling.codecs.messages;

/**
 * What a function answered.
 *
 * @param status 100 to 599, the function's own
 */
public record Response(int status, Headers headers, Body body) {
  public Response withBody(Body other) {
    return new Response(status, headers, other);
  }
}
