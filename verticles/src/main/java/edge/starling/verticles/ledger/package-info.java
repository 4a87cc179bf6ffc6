@NullMarked
package edge.starling.verticles.ledger;

import org.jspecify.annotations.NullMarked;
