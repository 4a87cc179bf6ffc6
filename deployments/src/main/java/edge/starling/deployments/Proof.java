package edge.starling.deployments;

import com.fasterxml.jackson.databind.JsonNode;
import edge.starling.deployments.client.Answer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;

/** How the demo tells a right answer from a wrong one. */
final class Proof {
  private Proof() {}

  /** Something answered, but not what it should. */
  static final class WrongAnswer extends RuntimeException {
    WrongAnswer(String message) {
      super(message);
    }
  }

  /**
   * @param what completes "… is FOUND, not EXPECTED"
   */
  static void expect(Object expected, Object found, String what) {
    if (!expected.equals(found)) {
      throw new WrongAnswer(what + " is " + found + ", not " + expected);
    }
  }

  static void expectStatus(int status, Answer answer) {
    if (answer.status() != status) {
      throw new WrongAnswer(
          "the status is "
              + answer.status()
              + ", not "
              + status
              + (answer.isFailure() ? " (" + answer.failure() + ")" : ""));
    }
  }

  /** The answer of a function that ran on this node after so many forwards. */
  static Answer ranAt(DemoNode node, Answer answer, int hops) {
    expectStatus(200, answer);
    expect(node.name(), answer.header("X-Served-By"), "the node that ran it");
    expect(String.valueOf(hops), answer.header("X-Hops"), "the number of forwards");
    return answer;
  }

  /** The names of the providers that a deployment's answer lists, sorted. */
  static List<String> providers(Answer answer) {
    return StreamSupport.stream(answer.json().path("providers").spliterator(), false)
        .map(JsonNode::asText)
        .sorted()
        .toList();
  }

  /** A body that no text conversion leaves whole. */
  static byte[] everyByte() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return hex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
