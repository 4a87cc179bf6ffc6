package edge.starling.verticles.invoker;

import edge.starling.codecs.messages.InvocationId;
import edge.starling.codecs.messages.Request;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a function finds in its environment, named as OpenFaaS's classic watchdog has it: the
 * deployer's variables, and of the request {@code Http_Method}, {@code Http_Path}, {@code
 * Http_Query} (only when there is one), {@code Http_Content_Length} (of the body as it is handed
 * over), {@code Http_X_Call_Id} and {@code Http_<Header_Name>} for each header.
 *
 * <p>What the request says wins over a deployer's variable of the same name. A header that came
 * several times is one variable (RFC 3875, 4.1.18). Left out are headers with an underscore in
 * their name, which could pass for one with a hyphen; {@code Proxy}, which some libraries take for
 * a proxy setting; and values with a NUL, which no environment can hold.
 */
final class CgiEnvironment {
  private static final String PREFIX = "Http_";

  private CgiEnvironment() {}

  static Map<String, String> of(InvocationId id, Request request, Map<String, String> env) {
    Map<String, String> asked = new LinkedHashMap<>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (name.indexOf('_') < 0 && !name.equalsIgnoreCase("Proxy")) {
                String separator = name.equalsIgnoreCase("Cookie") ? "; " : ", ";
                asked.merge(variable(name), value, (first, next) -> first + separator + next);
              }
            });
    asked.put("Http_Method", request.method());
    asked.put("Http_Path", request.path());
    String query = request.query();
    if (query != null && !query.isEmpty()) {
      asked.put("Http_Query", query);
    }
    asked.put("Http_Content_Length", Long.toString(request.body().length()));
    asked.put("Http_X_Call_Id", id.value());

    Map<String, String> all = new LinkedHashMap<>(env);
    all.putAll(asked);
    all.values().removeIf(value -> value.indexOf('\0') >= 0);
    return all;
  }

  /** {@code content-TYPE} becomes {@code Http_Content_Type}. */
  private static String variable(String header) {
    StringBuilder name = new StringBuilder(PREFIX.length() + header.length()).append(PREFIX);
    boolean first = true;
    for (char c : header.toLowerCase(Locale.ROOT).toCharArray()) {
      name.append(c == '-' ? '_' : first ? Character.toUpperCase(c) : c);
      first = c == '-';
    }
    return name.toString();
  }
}
