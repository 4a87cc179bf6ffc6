package edge.starling.verticles.deployment;

import edge.starling.codecs.messages.Description.Artefact;
import edge.starling.codecs.messages.Description.Form;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of a version that is not taken in yet.
 *
 * @param folder holds them as {@link #HANDLER} and {@link #REQUIREMENTS}
 */
record Staged(Path folder, Form form, Artefact handler, @Nullable Artefact requirements) {
  static final String HANDLER = "handler";
  static final String REQUIREMENTS = "requirements";
}
