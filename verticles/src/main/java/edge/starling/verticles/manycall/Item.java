package edge.starling.verticles.manycall;

import edge.starling.codecs.messages.Body;
import edge.starling.codecs.messages.Headers;
import edge.starling.codecs.messages.Request;

/**
 * One call of a manycall.
 *
 * @param index its place among the items, from 0
 * @param request a POST of the item's value
 */
record Item(int index, Request request) {
  private static final Headers TEXT = Headers.of("Content-Type", "text/plain; charset=utf-8");
  private static final Headers JSON = Headers.of("Content-Type", "application/json");

  /** A JSON string reaches the function as its text. */
  static Item ofText(int index, String text) {
    return new Item(index, new Request("POST", "/", null, TEXT, Body.utf8(text)));
  }

  /** Any other value reaches it as the JSON that the client wrote. */
  static Item ofJson(int index, byte[] json) {
    return new Item(index, new Request("POST", "/", null, JSON, Body.of(json)));
  }
}
