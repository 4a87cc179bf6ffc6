package edge.starling.verticles.index;

import edge.starling.codecs.messages.FunctionVersion;
import edge.starling.codecs.messages.IndexMessage.Entry;
import org.jspecify.annotations.Nullable;

/** Which of two entries of a function stands. Deletions are versions too. */
enum Precedence {
  /**
   * The candidate stands if what it replaces is what is there; where that is forgotten, there is
   * nothing that it could overwrite.
   */
  REPLACES {
    @Override
    boolean stands(@Nullable Entry present, Entry candidate, @Nullable FunctionVersion replaces) {
      return present == null || present.description().version().equals(replaces);
    }
  },
  /** The higher version stands. */
  HIGHEST {
    @Override
    boolean stands(@Nullable Entry present, Entry candidate, @Nullable FunctionVersion replaces) {
      return present == null
          || present.description().version().compareTo(candidate.description().version()) < 0;
    }
  };

  /**
   * @param replaces for REPLACES: the version that the candidate was made to follow; null for none
   */
  abstract boolean stands(
      @Nullable Entry present, Entry candidate, @Nullable FunctionVersion replaces);
}
