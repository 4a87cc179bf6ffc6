package edge.starling.codecs.bus;

/**
 * Why a request on the bus has no answer. Outcomes that are to be expected are messages instead.
 */
public final class BusError extends RuntimeException {
  /** The kinds; only these cross the wire, with a text. */
  public enum Code {
    /** Nobody serves the address: the request was not taken. */
    NO_HANDLER(true),
    /** It could not be written to the other node: the request was not taken. */
    NOT_WRITTEN(true),
    /** The other node could not read the request, having another version: it was not taken. */
    NOT_UNDERSTOOD(true),
    /** The node that was asked has gone; how far it got is unknown. */
    PEER_LOST(false),
    /**
     * No answer within the patience, of who was asked or whom that asked; how far it got is
     * unknown.
     */
    TIMED_OUT(false),
    /** The handler failed. */
    FAULT(false),
    /** The answer cannot be read, or is not of the type that the address promises. */
    BAD_MESSAGE(false);

    private final boolean surelyNotTaken;

    Code(boolean surelyNotTaken) {
      this.surelyNotTaken = surelyNotTaken;
    }
  }

  private final Code code;

  public BusError(Code code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  public Code code() {
    return code;
  }

  /** Whether the other side cannot have begun with the request, so that it may go elsewhere. */
  public boolean isSurelyNotTaken() {
    return code.surelyNotTaken;
  }
}
