/** What forwarding a call costs, beside a proxy that does nothing else. */
@NullMarked
package edge.starling.loadtest.forwarding;

import org.jspecify.annotations.NullMarked;
