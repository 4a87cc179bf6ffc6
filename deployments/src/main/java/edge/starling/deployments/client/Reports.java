package edge.starling.deployments.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The node's answers as text for people. */
public final class Reports {
  private Reports() {}

  /** Of {@code GET /functions}. */
  public static String functions(JsonNode answer) {
    Table table = new Table("NAME", "VERSION", "RUNTIME", "FORM", "PROVIDERS");
    for (JsonNode function : answer.path("functions")) {
      table.add(
          text(function, "name"),
          text(function, "version"),
          text(function, "runtime"),
          text(function, "form"),
          list(function.path("providers")));
    }
    return table.toString();
  }

  /** Of {@code GET /nodes}. */
  public static String nodes(JsonNode answer) {
    Table table = new Table("NAME", "STATE", "RUNNING", "QUEUED", "SLOTS", "URL");
    for (JsonNode node : answer.path("nodes")) {
      table.add(
          text(node, "name"),
          text(node, "state"),
          text(node, "running"),
          text(node, "queued"),
          text(node, "slots"),
          text(node, "url"));
    }
    return table.toString();
  }

  /** Of {@code GET /functions/NAME}: a line for each property. */
  public static String description(JsonNode answer) {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, JsonNode> property : answer.properties()) {
      lines.append(
          String.format("%-13s %s%n", property.getKey() + ":", inline(property.getValue())));
    }
    return lines.toString();
  }

  /** Of a deployment. */
  public static String deployed(JsonNode answer) {
    return String.format(
        "%s %s is deployed on %s%n",
        text(answer, "name"), text(answer, "version"), list(answer.path("providers")));
  }

  /** Of {@code GET /configuration}: a row for each setting. */
  public static String settings(JsonNode answer) {
    Set<String> live = new HashSet<>();
    answer.path("live").forEach(key -> live.add(key.asText()));
    Table table = new Table("SETTING", "VALUE", "LIVE");
    addSettings(table, "", answer.path("settings"), live);
    return table.toString();
  }

  /** Of {@code PUT /configuration}. */
  public static String changed(JsonNode answer) {
    return String.format("changed on %s%n", list(answer.path("nodes")));
  }

  private static void addSettings(Table table, String prefix, JsonNode section, Set<String> live) {
    for (Map.Entry<String, JsonNode> member : section.properties()) {
      String key = prefix + member.getKey();
      JsonNode value = member.getValue();
      if (value.isObject()) {
        addSettings(table, key + ".", value, live);
      } else {
        table.add(key, inline(value), live.contains(key) ? "yes" : "-");
      }
    }
  }

  private static String inline(JsonNode value) {
    if (value.isArray()) {
      return list(value);
    }
    return value.isObject()
        ? value.properties().stream()
            .map(entry -> entry.getKey() + "=" + inline(entry.getValue()))
            .collect(Collectors.joining(" "))
        : value.asText();
  }

  private static String list(JsonNode values) {
    return values.isEmpty()
        ? "-"
        : StreamSupport.stream(values.spliterator(), false)
            .map(Reports::inline)
            .collect(Collectors.joining(", "));
  }

  private static String text(JsonNode object, String property) {
    return object.path(property).asText("-");
  }
}
