package edge.starling.loadtest.faults;

import edge.starling.loadtest.network.LinkState;
import java.io.IOException;

/** Something that is done to the nodes. Its text tells what. */
interface Action {
  void carryOut(Site site) throws IOException, InterruptedException;

  /** Whether it breaks something, rather than to mend it or to work with it. */
  default boolean isBlow() {
    return false;
  }

  record Kill(String node) implements Action {
    @Override
    public boolean isBlow() {
      return true;
    }

    @Override
    public String toString() {
      return "SIGKILL " + node;
    }

    @Override
    public void carryOut(Site site) throws IOException, InterruptedException {
      site.kill(node);
    }
  }

  /** Asks a node to leave. */
  record Terminate(String node) implements Action {
    @Override
    public boolean isBlow() {
      return true;
    }

    @Override
    public String toString() {
      return "SIGTERM " + node;
    }

    @Override
    public void carryOut(Site site) {
      site.terminate(node);
    }
  }

  /** Starts a node that was killed or has left. */
  record Restart(String node) implements Action {
    @Override
    public String toString() {
      return "start " + node + " again";
    }

    @Override
    public void carryOut(Site site) {
      site.restart(node);
    }
  }

  record Stop(String node) implements Action {
    @Override
    public boolean isBlow() {
      return true;
    }

    @Override
    public String toString() {
      return "SIGSTOP " + node;
    }

    @Override
    public void carryOut(Site site) throws IOException, InterruptedException {
      site.stop(node);
    }
  }

  record Continue(String node) implements Action {
    @Override
    public String toString() {
      return "SIGCONT " + node;
    }

    @Override
    public void carryOut(Site site) throws IOException, InterruptedException {
      site.resume(node);
    }
  }

  record SetLink(String one, String other, LinkState state) implements Action {
    @Override
    public boolean isBlow() {
      return !state.equals(LinkState.UP);
    }

    @Override
    public String toString() {
      return one + " - " + other + ": " + state;
    }

    @Override
    public void carryOut(Site site) throws IOException {
      site.link(one, other, state);
    }
  }

  /** Updates one of the functions that are called. */
  record Update(String function, String at) implements Action {
    @Override
    public String toString() {
      return "update " + function + " at " + at;
    }

    @Override
    public void carryOut(Site site) {
      site.update(function, at);
    }
  }

  /** Deploys a function that is called for a while only. */
  record Deploy(String function, String at) implements Action {
    @Override
    public String toString() {
      return "deploy " + function + " at " + at;
    }

    @Override
    public void carryOut(Site site) {
      site.deploy(function, at);
    }
  }

  record Remove(String function, String at) implements Action {
    @Override
    public String toString() {
      return "remove " + function + " at " + at;
    }

    @Override
    public void carryOut(Site site) {
      site.remove(function, at);
    }
  }
}
