package edge.starling.deployments;

import static edge.starling.deployments.Proof.everyByte;
import static edge.starling.deployments.Proof.expect;
import static edge.starling.deployments.Proof.expectStatus;
import static edge.starling.deployments.Proof.hex;
import static edge.starling.deployments.Proof.providers;
import static edge.starling.deployments.Proof.ranAt;
import static edge.starling.deployments.Proof.sha256;

import com.fasterxml.jackson.databind.JsonNode;
import edge.starling.deployments.client.Answer;
import edge.starling.deployments.client.Deployment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the demo does with its nodes, over HTTP as anybody would: it deploys the samples on
 * different nodes, calls them through others, and compares each answer with the right one.
 */
final class Tour {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final List<DemoNode> nodes;
  private final Samples samples;
  private final Steps steps;

  /**
   * @param nodes at least one
   */
  Tour(List<DemoNode> nodes, Samples samples, Steps steps) {
    this.nodes = nodes;
    this.samples = samples;
    this.steps = steps;
  }

  /**
   * @param python whether Python functions can run here
   */
  void run(boolean python) throws InterruptedException {
    meet();
    deploy("echo", "echo/echo.wasm", 0, Map.of());
    deploy("sha256", "sha256/sha256.wasm", 1, Map.of());
    deploy("thumbnail", "thumbnail/thumbnail.wasm", 2, Map.of("cgi_response", "true"));
    if (python) {
      deploy("wordcount", "wordcount/wordcount.py", 0, Map.of());
    } else {
      steps.leaveOut("wordcount is left out: it is written in Python, and there is no python3");
    }
    callWhereTheyAre();
    callThroughOthers();
    if (python) {
      countWords();
    }
    addProvider();
    update();
    fail();
  }

  private void meet() throws InterruptedException {
    steps.step(
        "the nodes have found each other",
        () -> {
          for (DemoNode node : nodes) {
            JsonNode seen = node.client().get("/nodes").orFail().json().path("nodes");
            expect(nodes.size(), seen.size(), "the number of nodes that " + node.name() + " sees");
          }
          return "each of them sees " + nodes.size();
        });
  }

  private void deploy(String function, String file, int place, Map<String, String> env)
      throws InterruptedException {
    DemoNode node = node(place);
    steps.step(
        "deploy " + function + " on " + node.name(),
        () -> {
          Deployment deployment = Deployment.of(function, samples.file(file));
          Answer answer =
              node.deployer().create(env.isEmpty() ? deployment : deployment.withEnv(env));
          expectStatus(201, answer);
          expect(List.of(node.name()), providers(answer), "the list of providers");
          return "version " + answer.json().path("version").asText();
        });
  }

  private void callWhereTheyAre() throws InterruptedException {
    steps.step(
        "call echo on " + node(0).name() + ", where it is",
        () -> {
          byte[] body = everyByte();
          Answer answer = ranAt(node(0), node(0).call("echo", body), 0);
          expect(hex(body), hex(answer.body()), "the answer");
          return "the same " + body.length + " bytes came back";
        });
  }

  private void callThroughOthers() throws InterruptedException {
    throughAnother(
        "echo",
        0,
        via -> {
          byte[] body = everyByte();
          Answer answer = via.call("echo", body);
          expect(hex(body), hex(answer.body()), "the answer");
          return new Seen(answer, "the same " + body.length + " bytes came back");
        });
    throughAnother(
        "sha256",
        1,
        via -> {
          Answer answer =
              via.postJson(
                  "/functions/sha256/executions", "{\"http_method\":\"POST\",\"body\":\"Ahoj\"}");
          expect(sha256("Ahoj"), answer.text().strip(), "the digest");
          return new Seen(answer, "the digest is the one that Java computes");
        });
    throughAnother(
        "thumbnail",
        2,
        via -> {
          PngSize before = PngSize.of(samples.bytes("thumbnail/sample.png"));
          Answer answer = via.call("thumbnail?size=64", samples.bytes("thumbnail/sample.png"));
          expectStatus(200, answer);
          PngSize after = PngSize.of(answer.body());
          expect(64, after.width(), "the width");
          expect(64 * before.height() / before.width(), after.height(), "the height");
          return new Seen(answer, "a PNG image of " + after.width() + "x" + after.height());
        });
  }

  private void countWords() throws InterruptedException {
    throughAnother(
        "wordcount",
        0,
        via -> {
          Answer answer =
              via.call("wordcount", "the cat and the dog".getBytes(StandardCharsets.UTF_8));
          expectStatus(200, answer);
          expect(
              "{\"the\":2,\"and\":1,\"cat\":1,\"dog\":1}", answer.json().toString(), "the count");
          return new Seen(answer, answer.text().strip());
        });
  }

  private void addProvider() throws InterruptedException {
    if (nodes.size() == 1) {
      return;
    }
    DemoNode further = node(1);
    steps.step(
        "make " + further.name() + " one more provider of echo",
        () -> {
          Answer answer =
              further
                  .deployer()
                  .put(new Deployment("echo", null, null, null, null, null, null, null));
          expectStatus(201, answer);
          expect(
              List.of(node(0).name(), further.name()), providers(answer), "the list of providers");
          ranAt(further, further.call("echo", everyByte()), 0);
          return "it fetched the module from " + node(0).name() + " and runs it itself";
        });
  }

  private void update() throws InterruptedException {
    steps.step(
        "update a function while all nodes know it",
        () -> {
          byte[] body = "Ahoj".getBytes(StandardCharsets.UTF_8);
          DemoNode home = node(1);
          expectStatus(201, home.deployer().create(Deployment.of("changing", echo())));
          expect("Ahoj", node(2).call("changing", body).orFail().text(), "the first answer");
          Answer updated =
              home.deployer().put(Deployment.of("changing", samples.file("sha256/sha256.wasm")));
          expectStatus(200, updated);
          for (DemoNode via : nodes) {
            Answer answer = via.call("changing", body).orFail();
            expect(sha256("Ahoj"), answer.text().strip(), "the answer through " + via.name());
          }
          return "every node answers with version " + updated.json().path("version").asText();
        });
    steps.step(
        "remove it everywhere",
        () -> {
          expectStatus(204, node(0).delete("/functions/deployments/changing?everywhere=true"));
          for (DemoNode via : nodes) {
            boolean gone =
                Patience.until(() -> via.call("changing", new byte[0]).status() == 404, SOON);
            expect(true, gone, "that it is gone on " + via.name());
          }
          return "no node knows it any more";
        });
  }

  private void fail() throws InterruptedException {
    steps.step(
        "send thumbnail what is no image",
        () -> {
          Answer answer = node(0).call("thumbnail", everyByte());
          expectStatus(415, answer);
          expect(false, answer.isProblem(), "that the node speaks for the function");
          return "its own 415 came through";
        });
    steps.step(
        "call a function that nobody has",
        () -> {
          Answer answer = node(0).call("nobody-has-this", new byte[0]);
          expectStatus(404, answer);
          expect(true, answer.isProblem(), "that it is told as a problem");
          return answer.failure();
        });
  }

  private record Seen(Answer answer, String text) {}

  private interface Visit {
    Seen through(DemoNode via) throws IOException;
  }

  /** Calls through the node after the provider. */
  private void throughAnother(String function, int place, Visit visit) throws InterruptedException {
    DemoNode provider = node(place);
    DemoNode via = node(place + 1);
    steps.step(
        "call " + function + " through " + via.name(),
        () -> {
          Seen seen = visit.through(via);
          ranAt(provider, seen.answer(), via.equals(provider) ? 0 : 1);
          return seen.text() + " (it ran on " + provider.name() + ")";
        });
  }

  private Path echo() throws IOException {
    return samples.file("echo/echo.wasm");
  }

  private DemoNode node(int place) {
    return nodes.get(place % nodes.size());
  }
}
