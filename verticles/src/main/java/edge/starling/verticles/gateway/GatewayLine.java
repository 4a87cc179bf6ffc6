package edge.starling.verticles.gateway;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * A line of a function's log as gateways tell it.
 *
 * @param timestamp as RFC 3339 has it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record GatewayLine(String timestamp, String text) {}
