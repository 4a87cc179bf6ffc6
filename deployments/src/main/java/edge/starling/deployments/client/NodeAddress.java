package edge.starling.deployments.client;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the address of a node: {@code http://host:port}, with or without a slash at the end. */
final class NodeAddress implements ITypeConverter<URI> {
  @Override
  public URI convert(String text) {
    try {
      URI address = new URI(text.replaceAll("/+$", ""));
      if (isHttp(address) && address.getHost() != null && address.getQuery() == null) {
        return address;
      }
    } catch (URISyntaxException e) {
      // falls through to the same message
    }
    throw new TypeConversionException("\"" + text + "\" is not an address like http://host:8080");
  }

  private static boolean isHttp(URI address) {
    return "http".equalsIgnoreCase(address.getScheme())
        || "https".equalsIgnoreCase(address.getScheme());
  }
}
