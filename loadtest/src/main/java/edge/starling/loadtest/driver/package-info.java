/** Loads an HTTP server, in closed or open loop, and counts what comes back. */
@NullMarked
package edge.starling.loadtest.driver;

import org.jspecify.annotations.NullMarked;
