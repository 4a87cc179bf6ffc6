package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import java.nio.file.Path;

/**
 * A version of a function that lies on this node's disk.
 *
 * @param running the invoker has it, and the index was told
 * @param resting it is kept for later, and not to be run before this node is asked to
 */
record Copy(Description description, Path folder, boolean running, boolean resting) {
  Copy(Description description, Path folder, boolean running) {
    this(description, folder, running, false);
  }

  FunctionName name() {
    return description.name();
  }

  FunctionVersion version() {
    return description.version();
  }

  Path handler() {
    return folder.resolve(description.handler().fileName());
  }

  Copy running(boolean now) {
    return new Copy(description, folder, now);
  }

  Copy atRest() {
    return new Copy(description, folder, false, true);
  }
}
