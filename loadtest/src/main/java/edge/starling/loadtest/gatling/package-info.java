/**
 * Load in open loop by Gatling, in a process of its own: what is to be sent, the process, and what
 * came back.
 */
@NullMarked
package edge.starling.loadtest.gatling;

import org.jspecify.annotations.NullMarked;
