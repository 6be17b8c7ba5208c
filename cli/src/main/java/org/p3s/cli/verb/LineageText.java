package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.p3s.cli.text.PlainText;

/** The lineage of a file as text: its origins first, then the file, then what was made from it. */
final class LineageText {

  static List<String> lines(JsonNode lineage) {
    List<String> lines = new ArrayList<>();
    List<JsonNode> up = new ArrayList<>();
    lineage.path("up").forEach(up::add);
    Collections.reverse(up);
    if (!up.isEmpty()) {
      lines.add("made of:");
      up.forEach(step -> addStep(step, "  ", lines));
    }
    addStep(lineage.path("file"), "", lines);
    if (!lineage.path("down").isEmpty()) {
      lines.add("became:");
      lineage.path("down").forEach(step -> addStep(step, "  ", lines));
    }
    return lines;
  }

  private static void addStep(JsonNode step, String indent, List<String> lines) {
    JsonNode data = step.path("data");
    String size = data.hasNonNull("size") ? ", " + data.path("size").asLong() + " bytes" : "";
    String checksum =
        data.hasNonNull("checksum") ? ", " + PlainText.line(data.path("checksum")) : "";
    lines.add(
        indent
            + PlainText.line(data.path("path"))
            + "  "
            + PlainText.line(data.path("state"))
            + size
            + checksum);
    JsonNode maker = step.path("made_by");
    lines.add(indent + (maker.isObject() ? "  made by " + job(maker) : "  from outside"));
    step.path("read_by").forEach(reader -> lines.add(indent + "  read by " + job(reader)));
  }

  private static String job(JsonNode job) {
    return "%s of %s version %d: %s%s, job %s"
        .formatted(
            PlainText.line(job.path("node")),
            PlainText.line(job.path("dag")),
            job.path("dag_version").asInt(),
            PlainText.line(job.path("state")),
            job.hasNonNull("host") ? " at " + PlainText.line(job.path("host")) : "",
            PlainText.line(job.path("uuid")));
  }

  private LineageText() {}
}
