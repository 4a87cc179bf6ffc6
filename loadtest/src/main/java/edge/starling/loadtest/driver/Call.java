package edge.starling.loadtest.driver;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * One HTTP/1.1 call, with its bytes made once for all the times that it is sent, and the answer
 * that counts as right: status 200 with exactly these body bytes.
 *
 * @param server where to connect
 * @param request the whole request; not to be changed
 * @param expectedBody not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, copied by nobody: it is sent as is
public record Call(InetSocketAddress server, byte[] request, byte[] expectedBody) {

  /** A POST of the body as {@code application/octet-stream}, over a kept connection. */
  public static Call post(URI url, byte[] body, byte[] expectedBody) {
    String head =
        "POST "
            + url.getRawPath()
            + " HTTP/1.1\r\nHost: "
            + url.getRawAuthority()
            + "\r\nContent-Type: application/octet-stream\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    var request = new ByteArrayOutputStream();
    request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(body);
    return new Call(
        new InetSocketAddress(url.getHost(), url.getPort()), request.toByteArray(), expectedBody);
  }
}
