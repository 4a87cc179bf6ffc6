package edge.starling.config;

/**
 * A setting that somebody wrote.
 *
 * @param written a text, or a list of texts
 * @param origin where it stands, to follow the value in a message: {@code from --set}
 */
record Given(Catalogue.Entry entry, Object written, String origin) {
  String key() {
    return entry.key();
  }

  /**
   * @throws IllegalArgumentException where it is not of the setting's form
   */
  Object value() {
    return entry.form().read(written);
  }
}
