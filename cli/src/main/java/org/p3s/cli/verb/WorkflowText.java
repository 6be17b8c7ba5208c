package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.p3s.cli.text.AnswerFormatter;
import org.p3s.cli.text.DagDrawing;
import org.p3s.cli.text.PlainText;
import org.p3s.cli.text.TableLayout;
import org.p3s.cli.text.Terminal;

/** A workflow as text: its DAG with states, its failures, its datasets. */
final class WorkflowText {

  static List<String> lines(
      JsonNode workflow, Terminal terminal, AnswerFormatter output, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "workflow %s %s of %s: %s, %d of %d jobs done"
            .formatted(
                PlainText.line(workflow.path("uuid")),
                PlainText.line(workflow.path("name")),
                PlainText.line(workflow.path("dag")),
                terminal.colours().paintState(PlainText.line(workflow.path("state"))),
                workflow.path("ndone").asInt(),
                workflow.path("nvertices").asInt()));
    if (workflow.hasNonNull("reason")) {
      lines.add("reason: " + PlainText.line(workflow.path("reason")));
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
    lines.addAll(drawing(workflow, now.toString()).lines(terminal.colours(), terminal.unicode()));
    addFailures(workflow, lines);
    if (!workflow.path("data").isEmpty()) {
      lines.add("");
      lines.addAll(output.table(workflow.path("data"), TableLayout.DATA).lines().toList());
    }
    return lines;
  }

  /**
   * The DAG with the states of the jobs.
   *
   * @param now the end time for the run time of jobs that still run; empty: no run time
   */
  static DagDrawing drawing(JsonNode workflow, String now) {
    List<DagDrawing.DrawnNode> nodes = new ArrayList<>();
    for (JsonNode job : workflow.path("jobs")) {
      JsonNode end = job.hasNonNull("ts_sto") ? job.path("ts_sto") : TextNode.valueOf(now);
      String seconds = PlainText.seconds(job.path("ts_sta"), end);
      boolean failed = "failure".equals(job.path("outcome").asText()) && endedByItself(job);
      String state = job.path("state").asText();
      nodes.add(
          new DagDrawing.DrawnNode(
              job.path("node").asText(),
              failed && state.equals("finished") ? "failed" : state,
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

  private static void addFailures(JsonNode workflow, List<String> lines) {
    for (JsonNode job : workflow.path("jobs")) {
      if ("failure".equals(job.path("outcome").asText()) && endedByItself(job)) {
        lines.add("");
        lines.add(jobFailure(job));
        lines.add("  its log: p3s job log " + job.path("uuid").asText() + " --stderr");
      }
    }
  }

  /** Why a workflow failed, in one line: its reason and the jobs that failed. */
  static String workflowFailure(JsonNode workflow) {
    List<String> causes = new ArrayList<>();
    if (workflow.hasNonNull("reason")) {
      causes.add(PlainText.line(workflow.path("reason")));
    }
    for (JsonNode job : workflow.path("jobs")) {
      if ("failure".equals(job.path("outcome").asText()) && endedByItself(job)) {
        causes.add(jobFailure(job) + " (p3s job log " + job.path("uuid").asText() + " --stderr)");
      }
    }
    return causes.isEmpty() ? workflow.path("state").asText() : String.join("; ", causes);
  }

  /** Why a job failed, in one line. */
  static String jobFailure(JsonNode job) {
    String reason = PlainText.line(job.path("reason"));
    return "%s: %s%s%s"
        .formatted(
            PlainText.line(job.path(job.hasNonNull("node") ? "node" : "name")),
            PlainText.line(job.path("state")),
            job.hasNonNull("errcode") ? ", error code " + job.path("errcode").asInt() : "",
            reason.isEmpty() ? "" : ", " + reason);
  }

  /** False for a job that was cancelled, in most cases because another job had failed. */
  static boolean endedByItself(JsonNode job) {
    return !"cancelled".equals(job.path("state").asText());
  }

  private WorkflowText() {}
}
