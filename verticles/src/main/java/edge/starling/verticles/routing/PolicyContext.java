package edge.starling.verticles.routing;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What a policy gets to work with.
 *
 * @param nanoTime a clock that only tells differences
 * @param random its only source of chance
 * @param parameters what stands behind its name
 */
public record PolicyContext(
    LongSupplier nanoTime, RandomGenerator random, PolicyParameters parameters) {}
