package org.p3s.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the files that a user names on the command line. */
public final class InputFiles {

  // Strict: with a tolerant reader a part of the file would be ignored without a message.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** The content of a file; a {@link CommandFailure} with the reason if it can't be read. */
  public static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw CommandFailure.failed("cannot read " + file + ": there is no such file");
    } catch (IOException e) {
      String why = Files.isDirectory(file) ? "it is a directory" : e.getMessage();
      throw CommandFailure.failed("cannot read " + file + ": " + why);
    }
  }

  /** The content of a file as JSON; an error in it is reported with its line. */
  public static JsonNode json(Path file) {
    try {
      JsonNode node = MAPPER.readTree(bytes(file));
      if (node == null || node.isMissingNode()) {
        throw CommandFailure.failed(file + " is empty");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw CommandFailure.failed(
          "%s is not well-formed JSON: %s (line %d)"
              .formatted(file, message(e), e.getLocation().getLineNr()));
    } catch (IOException e) {
      throw CommandFailure.failed("cannot read " + file + ": " + e.getMessage());
    }
  }

  // Jackson's own texts name settings of Jackson, which do not help the author of the file.
  private static String message(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    return message.startsWith("Trailing token")
        ? "there is more after the end of the JSON"
        : message.replaceFirst("^Duplicate field", "one object has twice the key");
  }

  private InputFiles() {}
}
