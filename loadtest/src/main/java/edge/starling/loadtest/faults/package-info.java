/** The experiment that breaks nodes and the network under load, and checks that nothing is lost. */
@NullMarked
package edge.starling.loadtest.faults;

import org.jspecify.annotations.NullMarked;
