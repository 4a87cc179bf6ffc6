/** The commands that talk to a running node over HTTP. */
@NullMarked
package edge.starling.deployments.client;

import org.jspecify.annotations.NullMarked;
