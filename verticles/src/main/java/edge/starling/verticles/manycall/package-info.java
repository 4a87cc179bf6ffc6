/**
 * Many calls in one request: splits it into items, bounds how many are in flight, keeps their order
 * and puts the answers together. Where an item runs is the router's to choose.
 */
@NullMarked
package edge.starling.verticles.manycall;

import org.jspecify.annotations.NullMarked;
