package edge.starling.codecs.messages;

/**
 * A body or an artefact that its owner keeps.
 *
 * @param owner who hands it out
 * @param key its name there; not to be guessed
 * @param length in bytes
 */
public record BodyHandle(NodeId owner, String key, long length) {}
