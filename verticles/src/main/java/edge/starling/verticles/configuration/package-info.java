/** Keeps the node's settings, and changes them while it runs: here, or on all members. */
@NullMarked
package edge.starling.verticles.configuration;

import org.jspecify.annotations.NullMarked;
