/** The typed door to the event bus: requests, notices, one codec, one kind of fault. */
@NullMarked
package edge.starling.codecs.bus;

import org.jspecify.annotations.NullMarked;
