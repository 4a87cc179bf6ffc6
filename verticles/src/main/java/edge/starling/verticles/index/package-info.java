/** Who is a member and who provides which function; the only code that touches the cluster maps. */
@NullMarked
package edge.starling.verticles.index;

import org.jspecify.annotations.NullMarked;
