package edge.starling.deployments;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A form read strictly by RFC 7578 and RFC 2046, so that what is not well-formed shows. */
record Multipart(Map<String, String> texts, Map<String, File> files) {
  private static final Pattern BOUNDARY =
      Pattern.compile("multipart/form-data; boundary=\"?([^\";]{1,70})\"?");
  private static final Pattern DISPOSITION =
      Pattern.compile(
          "(?i)content-disposition: form-data; name=\"([^\"]*)\"(?:; filename=\"([^\"]*)\")?");

  record File(String name, byte[] bytes) {}

  static Multipart parse(RecordingServer.Asked request) {
    Matcher boundary = BOUNDARY.matcher(request.headers().get("Content-Type"));
    require(boundary.matches(), "a boundary");
    String line = "\r\n--" + boundary.group(1);
    String body = "\r\n" + request.text();
    require(body.startsWith(line), "a boundary at the start");
    Multipart form = new Multipart(new LinkedHashMap<>(), new LinkedHashMap<>());
    int at = line.length();
    while (!body.startsWith("--", at)) {
      require(body.startsWith("\r\n", at), "a line end after the boundary");
      int end = body.indexOf(line, at);
      require(end >= 0, "a boundary after the part");
      form.add(body.substring(at + 2, end));
      at = end + line.length();
    }
    require(body.substring(at + 2).isBlank(), "nothing after the end");
    return form;
  }

  File file(String name) {
    return Objects.requireNonNull(files.get(name), name);
  }

  private void add(String part) {
    int split = part.indexOf("\r\n\r\n");
    require(split > 0, "an empty line after the part's headers");
    byte[] content = part.substring(split + 4).getBytes(StandardCharsets.ISO_8859_1);
    Matcher disposition = DISPOSITION.matcher(part.substring(0, split));
    require(disposition.find(), "a content disposition");
    if (disposition.group(2) == null) {
      texts.put(disposition.group(1), new String(content, StandardCharsets.UTF_8));
    } else {
      files.put(disposition.group(1), new File(disposition.group(2), content));
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("the form lacks " + what);
    }
  }
}
