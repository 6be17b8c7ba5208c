package org.p3s.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.p3s.cli.Failure;

/** JSON as trees: the command shows what the API says, field by field. */
public final class Json {

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  // People's files: what a tolerant reader leaves out would be missed.
  private static final ObjectMapper FILES =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Reads a text; a missing node where it is empty. */
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

  /** A file's bytes, or the line that says why not. */
  public static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw Failure.failed("cannot read " + file + ": there is no such file");
    } catch (IOException e) {
      String why = Files.isDirectory(file) ? "it is a directory" : e.getMessage();
      throw Failure.failed("cannot read " + file + ": " + why);
    }
  }

  /** A file as JSON; a fault in it is told with its line. */
  public static JsonNode file(Path file) {
    try {
      JsonNode node = FILES.readTree(bytes(file));
      if (node == null || node.isMissingNode()) {
        throw Failure.failed(file + " is empty");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw Failure.failed(
          "%s is not well-formed JSON: %s (line %d)"
              .formatted(file, fault(e), e.getLocation().getLineNr()));
    } catch (IOException e) {
      throw Failure.failed("cannot read " + file + ": " + e.getMessage());
    }
  }

  // Without names of the library's settings.
  private static String fault(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    return message.startsWith("Trailing token")
        ? "there is more after the end of the JSON"
        : message.replaceFirst("^Duplicate field", "one object has twice the key");
  }

  /** With line breaks and indents. */
  public static String pretty(JsonNode node) {
    return node.isMissingNode() ? "" : node.toPrettyString();
  }

  private Json() {}
}
