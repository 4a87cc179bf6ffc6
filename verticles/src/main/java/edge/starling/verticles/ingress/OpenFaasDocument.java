package edge.starling.verticles.ingress;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import edge.starling.codecs.messages.Bytes;
import edge.starling.codecs.messages.FunctionName;
import edge.starling.codecs.messages.LedgerMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client of OpenFaaS sends. A field that is null counts as absent, and one that is not known
 * is left alone. Every method throws {@link Unacceptable} 400 for a field of another type.
 */
record OpenFaasDocument(JsonNode json) {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  static OpenFaasDocument parse(byte[] document) {
    try {
      JsonNode json = MAPPER.readTree(document);
      if (json != null && json.isObject()) {
        return new OpenFaasDocument(json);
      }
    } catch (IOException e) {
      // the message would show what stands there, and that may be a secret
    }
    throw Unacceptable.malformed("the body must be a JSON object");
  }

  /** For the ledger. */
  static Bytes content(byte[] content) {
    if (content.length > LedgerMessage.MOST_CONTENT) {
      throw Unacceptable.malformed(
          "it may have " + LedgerMessage.MOST_CONTENT + " bytes, and has " + content.length);
    }
    return Bytes.wrap(content);
  }

  @Nullable JsonNode member(String name) {
    JsonNode member = json.get(name);
    return member == null || member.isNull() ? null : member;
  }

  @Nullable String text(String name) {
    JsonNode member = member(name);
    if (member != null && !member.isTextual()) {
      throw Unacceptable.malformed(name + " must be a string");
    }
    return member == null ? null : member.textValue();
  }

  /** The function that {@code name} and {@code namespace} name. */
  FunctionName function(String name) {
    String namespace = text("namespace");
    String service = text(name);
    if (service == null) {
      throw Unacceptable.malformed(name + " is missing");
    }
    return OpenFaasNames.function(service, namespace);
  }

  boolean isTrue(String name) {
    JsonNode member = member(name);
    if (member != null && !member.isBoolean()) {
      throw Unacceptable.malformed(name + " must be true or false");
    }
    return member != null && member.booleanValue();
  }

  List<String> list(String name) {
    List<String> texts = new ArrayList<>();
    JsonNode member = member(name);
    if (member != null) {
      if (!member.isArray()) {
        throw Unacceptable.malformed(name + " must be an array of strings");
      }
      for (JsonNode item : member) {
        if (!item.isTextual()) {
          throw Unacceptable.malformed(name + " must be an array of strings");
        }
        texts.add(item.textValue());
      }
    }
    return texts;
  }

  Map<String, String> texts(String name) {
    Map<String, String> texts = new HashMap<>();
    JsonNode member = member(name);
    if (member != null) {
      if (!member.isObject()) {
        throw Unacceptable.malformed(name + " must be an object of strings");
      }
      for (Map.Entry<String, JsonNode> item : member.properties()) {
        if (!item.getValue().isTextual()) {
          throw Unacceptable.malformed(name + " must be an object of strings");
        }
        texts.put(item.getKey(), item.getValue().textValue());
      }
    }
    return texts;
  }
}
