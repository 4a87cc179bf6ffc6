package edge.starling.deployments.client;

import edge.starling.codecs.messages.FunctionName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a function's name as users write it, so that a wrong one costs no request. */
final class Name implements ITypeConverter<FunctionName> {
  @Override
  public FunctionName convert(String text) {
    try {
      return FunctionName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
