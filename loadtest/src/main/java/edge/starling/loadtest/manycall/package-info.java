/** The experiment {@code manycall}: a thousand calls in one request. */
@NullMarked
package edge.starling.loadtest.manycall;

import org.jspecify.annotations.NullMarked;
