package edge.starling.loadtest;

import edge.starling.loadtest.servers.BareServer;
import edge.starling.loadtest.servers.BareServerVerticle;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The process of the bare reference server; it runs until it is ended. */
@Command(name = BareServer.COMMAND, hidden = true)
final class BareServerCommand implements Callable<Integer> {
  @Option(names = "--port", required = true, description = "to listen on, of loopback")
  private int port;

  @Option(names = "--kind", required = true, description = "${COMPLETION-CANDIDATES}")
  private BareServer.Kind kind = BareServer.Kind.SINK;

  @Option(names = "--upstream", description = "the port where a proxy sends its requests")
  private int upstream;

  @Override
  public Integer call() throws Exception {
    BareServerVerticle.serve(port, kind, upstream);
    new CountDownLatch(1).await();
    return 0;
  }
}
