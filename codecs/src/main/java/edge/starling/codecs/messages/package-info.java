/**
 * The whole protocol between verticles: one sealed message family a verticle, the addresses, and
 * the values that travel. Everything here is immutable, so a message is handed over within a JVM as
 * it is.
 */
@NullMarked
package edge.starling.codecs.messages;

import org.jspecify.annotations.NullMarked;
