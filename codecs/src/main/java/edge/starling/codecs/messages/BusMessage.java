package edge.starling.codecs.messages;

/** A value that may cross the event bus: an immutable record of one of the families below. */
public sealed interface BusMessage
    permits Outcome,
        RoutingMessage,
        ManycallMessage,
        InvokerMessage,
        GatewayMessage,
        LedgerMessage,
        IndexMessage,
        DeploymentMessage,
        LoadMessage,
        ConfigurationMessage,
        BodiesMessage {}
