/** Which node serves a call: asks the scheduling policy, counts, forwards, fails over. */
@NullMarked
package edge.starling.verticles.routing;

import org.jspecify.annotations.NullMarked;
