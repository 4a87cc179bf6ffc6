package edge.starling.config;

/**
 * A setting that a node has.
 *
 * @param key as in {@code --set key=value}
 * @param type what is written there, in a few words
 * @param defaultValue what it is when nobody sets it, as it would be written
 * @param live whether it may change while the node runs
 */
public record Setting(String key, String type, String defaultValue, boolean live) {}
