package org.p3s.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON as trees, not as classes: the command shows every field that the API sends. */
public final class JsonTree {

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /** Reads a text; a missing node if the text is empty. */
  public static JsonNode parse(String text) throws JsonProcessingException {
    JsonNode node = MAPPER.readTree(text);
    return node == null ? MissingNode.getInstance() : node;
  }

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** With line breaks and indentation. */
  public static String pretty(JsonNode node) {
    return node.isMissingNode() ? "" : node.toPrettyString();
  }

  private JsonTree() {}
}
