/** The experiment {@code calls}: what one call costs, local and forwarded. */
@NullMarked
package edge.starling.loadtest.calls;

import org.jspecify.annotations.NullMarked;
