/** Whether this node has room now, and the runtimes that run functions on it. */
@NullMarked
package edge.starling.verticles.invoker;

import org.jspecify.annotations.NullMarked;
