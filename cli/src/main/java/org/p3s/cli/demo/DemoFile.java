package org.p3s.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.p3s.cli.text.PlainText;

/** A file of the demo and its workflow. */
final class DemoFile {

  private final Path path;
  private final Instant dropped;
  private final boolean corrupt;
  private JsonNode workflow = MissingNode.getInstance();

  /**
   * A file in the inbox.
   *
   * @param dropped when it was moved into the inbox
   * @param corrupt true if its workflow is expected to fail
   */
  DemoFile(Path path, Instant dropped, boolean corrupt) {
    this.path = path;
    this.dropped = dropped;
    this.corrupt = corrupt;
  }

  String name() {
    return String.valueOf(path.getFileName());
  }

  /** The name without its extension. */
  String stem() {
    String name = name();
    int dot = name.indexOf('.', 1);
    return dot < 0 ? name : name.substring(0, dot);
  }

  Path path() {
    return path;
  }

  void setWorkflow(JsonNode newest) {
    this.workflow = newest;
  }

  /** The workflow as last read; a missing node until there is one. */
  JsonNode workflow() {
    return workflow;
  }

  boolean ended() {
    return workflow.hasNonNull("outcome");
  }

  boolean failed() {
    return "failure".equals(workflow.path("outcome").asText());
  }

  /** True if it ended as expected: the corrupt file failed, the others finished. */
  boolean endedAsExpected() {
    return ended() && failed() == corrupt;
  }

  String state() {
    return workflow.isMissingNode() ? "dropped in" : workflow.path("state").asText();
  }

  int jobsDone() {
    return workflow.path("ndone").asInt();
  }

  int jobs() {
    return workflow.path("nvertices").asInt();
  }

  /** The seconds from the file's arrival to the end of its workflow; empty before the end. */
  String seconds() {
    if (!workflow.hasNonNull("ts_sto")) {
      return "";
    }
    try {
      Instant end = Instant.parse(workflow.path("ts_sto").asText());
      return PlainText.seconds(Duration.between(dropped, end));
    } catch (DateTimeParseException e) {
      return "";
    }
  }
}
