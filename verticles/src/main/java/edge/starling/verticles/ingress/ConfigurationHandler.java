package edge.starling.verticles.ingress;

import static edge.starling.codecs.messages.Addresses.CHANGE_CONFIGURATION;
import static edge.starling.codecs.messages.Addresses.CONFIGURATION;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.ConfigurationMessage.AskConfiguration;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeAnswer;
import edge.starling.codecs.messages.ConfigurationMessage.ChangeConfiguration;
import edge.starling.codecs.messages.ConfigurationMessage.Changed;
import edge.starling.codecs.messages.ConfigurationMessage.NotChanged;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Shows the settings of this node, and changes them while it runs. */
final class ConfigurationHandler {
  private final Bus bus;

  ConfigurationHandler(Bus bus) {
    this.bus = bus;
  }

  /** {@code GET /configuration}. */
  void show(Exchange exchange) {
    bus.request(CONFIGURATION, new AskConfiguration())
        .onComplete(
            now -> exchange.json(200, ConfigurationView.of(now.assignments(), List.of())),
            fault -> exchange.fail(fault));
  }

  /** {@code PUT /configuration}: of this node, or with {@code everywhere} of all. */
  void change(Exchange exchange, Bytes document) {
    boolean everywhere = Everywhere.isAskedFor(exchange.request());
    bus.request(CHANGE_CONFIGURATION, new ChangeConfiguration(text(document), everywhere))
        .onComplete(answer -> answered(exchange, answer), fault -> exchange.fail(fault));
  }

  private static void answered(Exchange exchange, ChangeAnswer answer) {
    if (answer instanceof Changed changed) {
      exchange.json(200, ConfigurationView.of(changed.assignments(), changed.nodes()));
    } else if (answer instanceof NotChanged notChanged) {
      exchange.problem(Problem.of(notChanged));
    }
  }

  private static String text(Bytes document) {
    if (document.array().length == 0) {
      throw Unacceptable.malformed(
          "the body is empty; it must hold the settings that change, in JSON or YAML");
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(document.array()))
          .toString();
    } catch (CharacterCodingException e) {
      throw Unacceptable.malformed("the body is not UTF-8");
    }
  }
}
