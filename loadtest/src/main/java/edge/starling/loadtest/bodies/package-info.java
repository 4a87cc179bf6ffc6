/** The experiment {@code bodies}. */
@NullMarked
package edge.starling.loadtest.bodies;

import org.jspecify.annotations.NullMarked;
