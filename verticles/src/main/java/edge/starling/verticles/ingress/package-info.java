/** HTTP in, HTTP out: the only place where an outcome becomes a status. */
@NullMarked
package edge.starling.verticles.ingress;

import org.jspecify.annotations.NullMarked;
