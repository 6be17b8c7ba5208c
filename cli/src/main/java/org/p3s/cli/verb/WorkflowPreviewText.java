package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.p3s.cli.text.PlainText;
import org.p3s.cli.text.Terminal;

/** The answer of a dry run: the DAG of the workflow, its jobs with their environment, its files. */
final class WorkflowPreviewText {

  static List<String> lines(JsonNode workflow, Terminal terminal) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "would make: %s of %s version %d, %d jobs"
            .formatted(
                PlainText.line(workflow.path("name")),
                PlainText.line(workflow.path("dag")),
                workflow.path("dag_version").asInt(),
                workflow.path("nvertices").asInt()));
    lines.add("");
    lines.addAll(WorkflowText.drawing(workflow, "").lines(terminal.colours(), terminal.unicode()));
    for (JsonNode job : workflow.path("jobs")) {
      if (!job.path("payload").asText().isBlank()) {
        lines.add("");
        addJob(job, lines);
      }
    }
    lines.add("");
    lines.add("files:");
    for (JsonNode data : workflow.path("data")) {
      lines.add(
          "  %s:%s  %s%s"
              .formatted(
                  PlainText.line(data.path("source")),
                  PlainText.line(data.path("target")),
                  PlainText.line(data.path("path")),
                  data.path("state").asText().equals("expected")
                      ? ""
                      : "  (" + PlainText.line(data.path("state")) + ")"));
    }
    return lines;
  }

  private static void addJob(JsonNode job, List<String> lines) {
    String takenOver = job.path("state").asText().equals("finished") ? " (taken over)" : "";
    lines.add(
        "%s, job type %s, priority %d, time limit %d s%s"
            .formatted(
                PlainText.line(job.path("node")),
                PlainText.line(job.path("jobtype")),
                job.path("priority").asInt(),
                job.path("timelimit").asLong(),
                takenOver));
    lines.add("  $ " + PlainText.line(job.path("payload")));
    job.path("env")
        .properties()
        .forEach(
            entry ->
                lines.add(
                    "  " + PlainText.clean(entry.getKey() + "=" + entry.getValue().asText())));
  }

  private WorkflowPreviewText() {}
}
