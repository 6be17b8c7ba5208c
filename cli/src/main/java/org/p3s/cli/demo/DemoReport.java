package org.p3s.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.p3s.cli.CommandContext;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.ExitCode;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.JsonTree;
import org.p3s.cli.text.TableColumn;
import org.p3s.cli.text.TextTable;

/** Prints the result of the demo: a table, the failure with its log, and where to find more. */
final class DemoReport {

  private static final int LOG_LINES = 10;
  private static final List<TableColumn> COLUMNS =
      List.of(
          TableColumn.of("FILE", "file"),
          TableColumn.of("WORKFLOW", "workflow"),
          TableColumn.of("STATE", "state"),
          TableColumn.number("JOBS", "jobs"),
          TableColumn.number("SECONDS", "seconds"),
          TableColumn.of("RESULT", "result"));

  private final CommandContext cli;
  private final DemoDirectories directories;

  DemoReport(CommandContext cli, DemoDirectories directories) {
    this.cli = cli;
    this.directories = directories;
  }

  /** Prints the report and returns the exit code: 0 if all files ended as expected. */
  int print(List<DemoFile> files) {
    say("");
    table(files).forEach(this::say);
    files.stream().filter(DemoFile::failed).forEach(this::printFailure);
    printPlaces(files);
    List<String> unexpected =
        files.stream().filter(file -> !file.endedAsExpected()).map(DemoFile::name).toList();
    if (unexpected.isEmpty()) {
      say("One file is corrupt by design, and its workflow failed; all others finished.");
      return ExitCode.DONE;
    }
    cli.terminal()
        .note(
            "p3s: only the workflow of the corrupt file should fail; unexpected ends: "
                + String.join(", ", unexpected));
    return ExitCode.FAILED;
  }

  private List<String> table(List<DemoFile> files) {
    TextTable table = new TextTable(COLUMNS);
    for (DemoFile file : files) {
      ObjectNode row = JsonTree.object();
      row.put("file", file.name());
      row.put("workflow", file.workflow().path("uuid").asText());
      row.put("state", file.state());
      row.put("jobs", file.jobsDone() + "/" + file.jobs());
      row.put("seconds", file.seconds());
      row.put("result", file.failed() ? "" : LifetimeResult.of(directories.results(), file));
      table.add(row);
    }
    return table.lines(cli.terminal().colours());
  }

  private void printFailure(DemoFile file) {
    String uuid = file.workflow().path("uuid").asText();
    JsonNode workflow = cli.api().json(ApiRequest.get(P3sService.WORKFLOW, "/workflows/{}", uuid));
    for (JsonNode job : workflow.path("jobs")) {
      if ("failure".equals(job.path("outcome").asText())
          && !"cancelled".equals(job.path("state").asText())) {
        printFailedJob(file, job);
      }
    }
  }

  private void printFailedJob(DemoFile file, JsonNode job) {
    String uuid = job.path("uuid").asText();
    say("");
    say(
        "%s failed in node %s: %s%s"
            .formatted(
                file.name(),
                job.path("node").asText(),
                job.path("state").asText(),
                job.hasNonNull("errcode") ? ", error code " + job.path("errcode").asInt() : ""));
    lastLines(log(uuid)).forEach(line -> say("  | " + line));
    say("  the whole log: ./p3s job log " + uuid + " --stderr");
    say("  the workflow:  ./p3s workflow show " + file.workflow().path("uuid").asText());
  }

  private String log(String job) {
    try {
      return cli.api()
          .json(ApiRequest.get(P3sService.BROKER, "/jobs/{}/log", job))
          .path("stderr")
          .asText("");
    } catch (CommandFailure e) {
      // The report goes on with the message in place of the log.
      return e.line();
    }
  }

  private static List<String> lastLines(String text) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
  }

  private void printPlaces(List<DemoFile> files) {
    say("");
    say("results  " + directories.results());
    say(
        "logs     ./p3s job log UUID; logs of the processes: "
            + cli.directories().data().resolve("logs"));
    say(
        "page     "
            + cli.api().url(P3sService.MONITOR)
            + "/  user p3s, password: the content of "
            + cli.directories().secret("viewer.token"));
    files.stream()
        .filter(file -> !file.failed())
        .findFirst()
        .ifPresent(
            file -> say("look at  ./p3s workflow show " + file.workflow().path("uuid").asText()));
    say("");
  }

  private void say(String line) {
    cli.terminal().line(line);
  }
}
