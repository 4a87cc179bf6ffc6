/** Manages the OpenFaaS gateway of a node: what runs there, and whether it is there. */
@NullMarked
package edge.starling.verticles.gateway;

import org.jspecify.annotations.NullMarked;
