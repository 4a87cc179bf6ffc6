package edge.starling.verticles.ingress;

import edge.starling.codecs.bus.BytesInFlight;
import edge.starling.codecs.messages.NodeId;
import edge.starling.config.NodeConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.openapi.contract.OpenAPIContract;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/**
 * What all listeners of a node share. Thread-safe.
 *
 * @param joined whether the node counts as a member of its cluster
 * @param credentials that are asked of whoever manages the node
 * @param logReaders requests for logs that are being answered
 * @param uploads the folder for files that are being deployed
 */
record Site(
    NodeId self,
    NodeConfig config,
    PrometheusMeterRegistry registry,
    BooleanSupplier joined,
    Path uploads,
    OpenAPIContract contract,
    HttpMetrics metrics,
    BytesInFlight bytes,
    OpenConnections connections,
    OpenConnections logReaders,
    Credentials credentials,
    Clock clock) {}
