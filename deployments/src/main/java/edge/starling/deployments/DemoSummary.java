package edge.starling.deployments;

import edge.starling.deployments.client.Answer;
import edge.starling.deployments.client.CommandFailure;
import edge.starling.deployments.client.Reports;
import java.io.PrintStream;
import java.util.List;

/** Where the demo's nodes and functions are, and what to try with them. */
final class DemoSummary {
  private final List<DemoNode> nodes;

  DemoSummary(List<DemoNode> nodes) {
    this.nodes = nodes;
  }

  /**
   * @param python whether the Python function is among them
   */
  void print(PrintStream out, boolean python) {
    DemoNode any = nodes.get(0);
    String other = nodes.get(nodes.size() - 1).url();
    out.println();
    try {
      Answer members = any.client().get("/nodes").orFail();
      Answer functions = any.client().get("/functions").orFail();
      out.println(Reports.nodes(members.json()));
      out.println(Reports.functions(functions.json()));
    } catch (CommandFailure e) {
      out.println(e.getMessage());
    }
    out.println("Try, with any of the addresses:");
    out.println("  curl -d 'hello' " + other + "/function/echo");
    out.println("  curl -d 'hello' " + other + "/function/sha256");
    out.println(
        "  curl --data-binary @photo.png -o small.png '" + other + "/function/thumbnail?size=64'");
    if (python) {
      out.println("  curl -d 'the cat and the dog' " + other + "/function/wordcount");
    }
    out.println("  curl -F name=mine -F handler=@my.wasm " + any.url() + "/functions/deployments");
    out.println("  curl " + any.url() + "/functions");
    out.println("  curl " + any.url() + "/nodes");
  }
}
