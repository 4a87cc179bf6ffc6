package edge.starling.verticles.invoker;

import edge.starling.codecs.bus.Bus;
import edge.starling.codecs.messages.Addresses;
import edge.starling.codecs.messages.LedgerMessage.AskLines;
import edge.starling.codecs.messages.LedgerMessage.Kind;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the secrets as the node's ledger has them. Confined to one event loop. */
final class SecretsClient {
  private static final Logger LOG = LoggerFactory.getLogger(SecretsClient.class);

  private final Bus bus;
  private final Secrets secrets;

  SecretsClient(Bus bus, Secrets secrets) {
    this.bus = bus;
    this.secrets = secrets;
  }

  /** Completes once they are known, or cannot be. */
  Future<?> follow() {
    return bus.on(
            Addresses.LEDGER_CHANGED,
            changed -> {
              if (changed.kind() == Kind.SECRET) {
                read();
              }
            })
        .compose(listening -> read());
  }

  private Future<?> read() {
    return bus.request(Addresses.LINES, new AskLines(Kind.SECRET))
        .onSuccess(now -> secrets.set(now.lines()))
        .onFailure(error -> LOG.warn("the secrets are not known: {}", error.getMessage()))
        .transform(known -> Future.succeededFuture());
  }
}
