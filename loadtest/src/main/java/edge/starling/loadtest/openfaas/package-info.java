/** The experiment {@code openfaas}: a call through a node beside one of the gateway itself. */
@NullMarked
package edge.starling.loadtest.openfaas;

import org.jspecify.annotations.NullMarked;
