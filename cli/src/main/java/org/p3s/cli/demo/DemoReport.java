package org.p3s.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.Failure;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Column;
import org.p3s.cli.text.Json;
import org.p3s.cli.text.Table;

/** What became of the files: a table, the failure with its log, and where everything is. */
final class DemoReport {

  private static final int LOG_LINES = 10;
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("FILE", "file"),
          Column.of("WORKFLOW", "workflow"),
          Column.of("STATE", "state"),
          Column.number("JOBS", "jobs"),
          Column.number("SECONDS", "seconds"),
          Column.of("RESULT", "result"));

  private final Context cli;
  private final DemoPlace place;

  DemoReport(Context cli, DemoPlace place) {
    this.cli = cli;
    this.place = place;
  }

  /** Prints it all; 0 if the run went as designed. */
  int print(List<DemoFile> files) {
    say("");
    table(files).forEach(this::say);
    files.stream().filter(DemoFile::failed).forEach(this::failure);
    where(files);
    List<String> wrong =
        files.stream().filter(file -> !file.asDesigned()).map(DemoFile::name).toList();
    if (wrong.isEmpty()) {
      say("One file is corrupt by design, and its workflow failed; all others finished.");
      return Exit.DONE;
    }
    cli.terminal()
        .note(
            "p3s: only the corrupt file's workflow should fail; this is not as designed: "
                + String.join(", ", wrong));
    return Exit.FAILED;
  }

  private List<String> table(List<DemoFile> files) {
    Table table = new Table(COLUMNS);
    for (DemoFile file : files) {
      ObjectNode row = Json.object();
      row.put("file", file.name());
      row.put("workflow", file.workflow().path("uuid").asText());
      row.put("state", file.state());
      row.put("jobs", file.done() + "/" + file.jobs());
      row.put("seconds", file.seconds());
      row.put("result", file.failed() ? "" : DemoResults.of(place.results(), file));
      table.add(row);
    }
    return table.lines(cli.terminal().style());
  }

  private void failure(DemoFile file) {
    String uuid = file.workflow().path("uuid").asText();
    JsonNode workflow = cli.api().json(Call.get(Service.WORKFLOW, "/workflows/{}", uuid));
    for (JsonNode job : workflow.path("jobs")) {
      if ("failure".equals(job.path("outcome").asText())
          && !"cancelled".equals(job.path("state").asText())) {
        failedJob(file, job);
      }
    }
  }

  private void failedJob(DemoFile file, JsonNode job) {
    String uuid = job.path("uuid").asText();
    say("");
    say(
        "%s failed in node %s: %s%s"
            .formatted(
                file.name(),
                job.path("node").asText(),
                job.path("state").asText(),
                job.hasNonNull("errcode") ? ", error code " + job.path("errcode").asInt() : ""));
    last(log(uuid)).forEach(line -> say("  | " + line));
    say("  the whole log: ./p3s job log " + uuid + " --stderr");
    say("  the workflow:  ./p3s workflow show " + file.workflow().path("uuid").asText());
  }

  private String log(String job) {
    try {
      return cli.api()
          .json(Call.get(Service.BROKER, "/jobs/{}/log", job))
          .path("stderr")
          .asText("");
    } catch (Failure e) {
      return e.line();
    }
  }

  private static List<String> last(String text) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
  }

  private void where(List<DemoFile> files) {
    say("");
    say("results  " + place.results());
    say("logs     ./p3s job log UUID; of processes: " + place.place().data().resolve("logs"));
    say(
        "page     "
            + cli.api().url(Service.MONITOR)
            + "/  user p3s, password: the content of "
            + place.place().secret("viewer.token"));
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
