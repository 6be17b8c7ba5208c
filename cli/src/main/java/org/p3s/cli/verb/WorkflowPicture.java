package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.p3s.cli.text.Column;
import org.p3s.cli.text.DagDrawing;
import org.p3s.cli.text.Output;
import org.p3s.cli.text.Shape;
import org.p3s.cli.text.Terminal;

/** A workflow as people want to see it. */
final class WorkflowPicture {

  static List<String> lines(JsonNode workflow, Terminal terminal, Output output, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "workflow %s %s of %s: %s, %d of %d jobs done"
            .formatted(
                Column.line(workflow.path("uuid")),
                Column.line(workflow.path("name")),
                Column.line(workflow.path("dag")),
                terminal.style().word(Column.line(workflow.path("state"))),
                workflow.path("ndone").asInt(),
                workflow.path("nvertices").asInt()));
    if (workflow.hasNonNull("reason")) {
      lines.add("reason: " + Column.line(workflow.path("reason")));
    }
    if (workflow.hasNonNull("rerun_of")) {
      lines.add("rerun of: " + workflow.path("rerun_of").asText());
    }
    if (workflow.path("reprocess").asBoolean()) {
      lines.add(
          "marked for reprocessing: p3s workflow rerun %s --failed"
              .formatted(workflow.path("uuid").asText()));
    }
    lines.add("");
    lines.addAll(drawing(workflow, now.toString()).lines(terminal.style(), terminal.unicode()));
    failures(workflow, lines);
    if (!workflow.path("data").isEmpty()) {
      lines.add("");
      lines.addAll(output.table(workflow.path("data"), Shape.DATA).lines().toList());
    }
    return lines;
  }

  /**
   * @param now for what still runs
   */
  static DagDrawing drawing(JsonNode workflow, String now) {
    List<DagDrawing.Node> nodes = new ArrayList<>();
    for (JsonNode job : workflow.path("jobs")) {
      JsonNode end = job.hasNonNull("ts_sto") ? job.path("ts_sto") : TextNode.valueOf(now);
      String seconds = Column.seconds(job.path("ts_sta"), end);
      boolean wrong = "failure".equals(job.path("outcome").asText()) && failedItself(job);
      String state = job.path("state").asText();
      nodes.add(
          new DagDrawing.Node(
              job.path("node").asText(),
              wrong && state.equals("finished") ? "failed" : state,
              remark(job, seconds)));
    }
    return new DagDrawing(nodes, DagVerbs.edges(workflow.path("data")));
  }

  private static String remark(JsonNode job, String seconds) {
    if (job.hasNonNull("rerun_of") && job.path("reason").asText().startsWith("taken over")) {
      return "taken over";
    }
    String time = seconds.isEmpty() ? "" : seconds + " s";
    int most = job.path("maxattempts").asInt();
    String attempt = most > 1 ? "attempt " + job.path("attempt").asInt() + " of " + most : "";
    return time.isEmpty() || attempt.isEmpty() ? time + attempt : time + ", " + attempt;
  }

  private static void failures(JsonNode workflow, List<String> lines) {
    for (JsonNode job : workflow.path("jobs")) {
      if ("failure".equals(job.path("outcome").asText()) && failedItself(job)) {
        lines.add("");
        lines.add(why(job));
        lines.add("  its log: p3s job log " + job.path("uuid").asText() + " --stderr");
      }
    }
  }

  /** What ended a workflow badly, in one line: its reason, or the jobs that failed. */
  static String end(JsonNode workflow) {
    List<String> whys = new ArrayList<>();
    if (workflow.hasNonNull("reason")) {
      whys.add(Column.line(workflow.path("reason")));
    }
    for (JsonNode job : workflow.path("jobs")) {
      if ("failure".equals(job.path("outcome").asText()) && failedItself(job)) {
        whys.add(why(job) + " (p3s job log " + job.path("uuid").asText() + " --stderr)");
      }
    }
    return whys.isEmpty() ? workflow.path("state").asText() : String.join("; ", whys);
  }

  /** What ended a job badly, in one line. */
  static String why(JsonNode job) {
    String reason = Column.line(job.path("reason"));
    return "%s: %s%s%s"
        .formatted(
            Column.line(job.path(job.hasNonNull("node") ? "node" : "name")),
            Column.line(job.path("state")),
            job.hasNonNull("errcode") ? ", error code " + job.path("errcode").asInt() : "",
            reason.isEmpty() ? "" : ", " + reason);
  }

  /** True unless it only ended because something else failed. */
  static boolean failedItself(JsonNode job) {
    return !"cancelled".equals(job.path("state").asText());
  }

  private WorkflowPicture() {}
}
