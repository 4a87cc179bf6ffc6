/** Tells the peers how full this node is, and remembers what they tell. */
@NullMarked
package edge.starling.verticles.load;

import org.jspecify.annotations.NullMarked;
