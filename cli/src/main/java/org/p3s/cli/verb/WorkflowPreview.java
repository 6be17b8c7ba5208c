package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.p3s.cli.text.Column;
import org.p3s.cli.text.Table;
import org.p3s.cli.text.Terminal;

/** A workflow that is not made yet: its graph, and each job with its environment and its files. */
final class WorkflowPreview {

  static List<String> lines(JsonNode workflow, Terminal terminal) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "would make: %s of %s version %d, %d jobs"
            .formatted(
                Column.line(workflow.path("name")),
                Column.line(workflow.path("dag")),
                workflow.path("dag_version").asInt(),
                workflow.path("nvertices").asInt()));
    lines.add("");
    lines.addAll(WorkflowPicture.drawing(workflow, "").lines(terminal.style(), terminal.unicode()));
    for (JsonNode job : workflow.path("jobs")) {
      if (!job.path("payload").asText().isBlank()) {
        lines.add("");
        job(job, lines);
      }
    }
    lines.add("");
    lines.add("files:");
    for (JsonNode data : workflow.path("data")) {
      lines.add(
          "  %s:%s  %s%s"
              .formatted(
                  Column.line(data.path("source")),
                  Column.line(data.path("target")),
                  Column.line(data.path("path")),
                  data.path("state").asText().equals("expected")
                      ? ""
                      : "  (" + Column.line(data.path("state")) + ")"));
    }
    return lines;
  }

  private static void job(JsonNode job, List<String> lines) {
    String taken = job.path("state").asText().equals("finished") ? " (taken over)" : "";
    lines.add(
        "%s, job type %s, priority %d, time limit %d s%s"
            .formatted(
                Column.line(job.path("node")),
                Column.line(job.path("jobtype")),
                job.path("priority").asInt(),
                job.path("timelimit").asLong(),
                taken));
    lines.add("  $ " + Column.line(job.path("payload")));
    job.path("env")
        .properties()
        .forEach(
            entry ->
                lines.add("  " + Table.clean(entry.getKey() + "=" + entry.getValue().asText())));
  }

  private WorkflowPreview() {}
}
