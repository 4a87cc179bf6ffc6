/** A network between processes on loopback that can be cut, delayed and made lossy. */
@NullMarked
package edge.starling.loadtest.network;

import org.jspecify.annotations.NullMarked;
