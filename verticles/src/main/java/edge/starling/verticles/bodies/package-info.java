/** Hands out large bodies and artefacts in pieces. */
@NullMarked
package edge.starling.verticles.bodies;

import org.jspecify.annotations.NullMarked;
