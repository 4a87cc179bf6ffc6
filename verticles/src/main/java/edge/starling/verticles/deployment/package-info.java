/** Takes functions in, keeps them on disk, brings them back, fetches and removes them. */
@NullMarked
package edge.starling.verticles.deployment;

import org.jspecify.annotations.NullMarked;
