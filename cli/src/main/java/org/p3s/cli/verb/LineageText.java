package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.p3s.cli.text.Column;

/** Where a file came from and what became of it: origins first, each level further in. */
final class LineageText {

  static List<String> lines(JsonNode lineage) {
    List<String> lines = new ArrayList<>();
    List<JsonNode> up = new ArrayList<>();
    lineage.path("up").forEach(up::add);
    Collections.reverse(up);
    if (!up.isEmpty()) {
      lines.add("made of:");
      up.forEach(step -> step(step, "  ", lines));
    }
    step(lineage.path("file"), "", lines);
    if (!lineage.path("down").isEmpty()) {
      lines.add("became:");
      lineage.path("down").forEach(step -> step(step, "  ", lines));
    }
    return lines;
  }

  private static void step(JsonNode step, String indent, List<String> lines) {
    JsonNode data = step.path("data");
    String size = data.hasNonNull("size") ? ", " + data.path("size").asLong() + " bytes" : "";
    String checksum = data.hasNonNull("checksum") ? ", " + Column.line(data.path("checksum")) : "";
    lines.add(
        indent
            + Column.line(data.path("path"))
            + "  "
            + Column.line(data.path("state"))
            + size
            + checksum);
    JsonNode maker = step.path("made_by");
    lines.add(indent + (maker.isObject() ? "  made by " + job(maker) : "  from outside"));
    step.path("read_by").forEach(reader -> lines.add(indent + "  read by " + job(reader)));
  }

  private static String job(JsonNode job) {
    return "%s of %s version %d: %s%s, job %s"
        .formatted(
            Column.line(job.path("node")),
            Column.line(job.path("dag")),
            job.path("dag_version").asInt(),
            Column.line(job.path("state")),
            job.hasNonNull("host") ? " at " + Column.line(job.path("host")) : "",
            Column.line(job.path("uuid")));
  }

  private LineageText() {}
}
