/** One record a concern; read once at start, then handed to whom it concerns. */
@NullMarked
package edge.starling.config;

import org.jspecify.annotations.NullMarked;
