/** The servers that are measured, each a process of its own on free loopback ports. */
@NullMarked
package edge.starling.loadtest.servers;

import org.jspecify.annotations.NullMarked;
