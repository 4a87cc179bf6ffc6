/** The node as a whole, and the command line that starts it, shows it and talks to it. */
@NullMarked
package edge.starling.deployments;

import org.jspecify.annotations.NullMarked;
