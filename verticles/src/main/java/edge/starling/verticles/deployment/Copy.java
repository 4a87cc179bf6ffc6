package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.Description;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.FunctionVersion;
import java.nio.file.Path;

/**
 * A version of a function that lies on this node's disk.
 *
 * @param running the invoker has it, and the index was told
 */
record Copy(Description description, Path folder, boolean running) {
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
}
