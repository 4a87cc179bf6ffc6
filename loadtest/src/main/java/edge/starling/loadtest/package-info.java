/** The load test's command line and its list of experiments. */
@NullMarked
package edge.starling.loadtest;

import org.jspecify.annotations.NullMarked;
