/** A day of load, compressed to minutes, with each scheduling policy. */
@NullMarked
package edge.starling.loadtest.trace;

import org.jspecify.annotations.NullMarked;
