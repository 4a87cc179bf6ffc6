/** What happens when more comes to a node than it can take, and neighbours have room. */
@NullMarked
package edge.starling.loadtest.overload;

import org.jspecify.annotations.NullMarked;
