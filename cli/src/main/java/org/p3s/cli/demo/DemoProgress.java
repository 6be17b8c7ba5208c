package org.p3s.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.p3s.cli.CommandContext;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.ExitCode;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.ChangeSignal;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.PlainText;
import org.p3s.cli.text.RedrawnLines;

/** Waits until the workflows of all files have ended, and shows their progress. */
final class DemoProgress {

  private static final int BAR_WIDTH = 20;
  private static final int MOST_FILES_SHOWN = 20;

  private final CommandContext cli;
  private final DemoSetup setup;
  private final Duration timeout;
  private final RedrawnLines progress;
  private final Map<String, String> shown = new HashMap<>();

  DemoProgress(CommandContext cli, DemoSetup setup, Duration timeout) {
    this.cli = cli;
    this.setup = setup;
    this.timeout = timeout;
    this.progress = new RedrawnLines(cli.terminal());
  }

  /** Returns when all have ended; throws with exit code 4 if they have not at the timeout. */
  void waitForEnd(List<DemoFile> files) {
    long start = System.nanoTime();
    try (ChangeSignal changes = ChangeSignal.listen(cli.api())) {
      while (true) {
        refresh(files);
        show(files, System.nanoTime() - start);
        if (files.stream().allMatch(DemoFile::ended)) {
          progress.clear();
          return;
        }
        long left = timeout.toMillis() - (System.nanoTime() - start) / 1_000_000;
        if (left <= 0) {
          throw new CommandFailure(ExitCode.TIMED_OUT, timeoutMessage(files));
        }
        changes.await(Math.min(1_000, left));
      }
    }
  }

  /** One page is enough: lists begin with the newest workflows, and these are the newest. */
  private void refresh(List<DemoFile> files) {
    Map<String, DemoFile> byName =
        files.stream().collect(Collectors.toMap(DemoFile::name, Function.identity()));
    JsonNode page =
        cli.api()
            .json(
                ApiRequest.get(P3sService.WORKFLOW, "/workflows")
                    .with("dag", setup.dag())
                    .with("limit", 1_000));
    for (JsonNode workflow : page.path("items")) {
      String path = workflow.path("path").asText("");
      DemoFile file =
          path.isEmpty() ? null : byName.get(String.valueOf(Path.of(path).getFileName()));
      if (file != null) {
        file.setWorkflow(workflow);
      }
    }
  }

  private void show(List<DemoFile> files, long nanos) {
    if (cli.terminal().interactive()) {
      progress.draw(lines(files, nanos));
      return;
    }
    for (DemoFile file : files) {
      String now =
          file.state()
              + (file.jobs() > 0
                  ? ", " + file.jobsDone() + " of " + file.jobs() + " jobs done"
                  : "");
      if (!now.equals(shown.put(file.name(), now))) {
        cli.terminal().line(file.name() + ": " + now);
      }
    }
  }

  private List<String> lines(List<DemoFile> files, long nanos) {
    int width = files.stream().mapToInt(file -> file.name().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (DemoFile file : files.subList(0, Math.min(files.size(), MOST_FILES_SHOWN))) {
      int full = file.jobs() == 0 ? 0 : BAR_WIDTH * file.jobsDone() / file.jobs();
      lines.add(
          "  %s  [%s%s]  %s"
              .formatted(
                  file.name() + " ".repeat(width - file.name().length()),
                  "#".repeat(full),
                  "-".repeat(BAR_WIDTH - full),
                  cli.terminal().colours().paintState(file.state())));
    }
    long ended = files.stream().filter(DemoFile::ended).count();
    lines.add(
        "  %d of %d workflows ended, %s s"
            .formatted(ended, files.size(), PlainText.seconds(Duration.ofNanos(nanos))));
    return lines;
  }

  /** Names the files whose workflows have not ended, with what the services say of each. */
  private String timeoutMessage(List<DemoFile> files) {
    Map<String, String> ledger = new HashMap<>();
    for (JsonNode file :
        cli.api()
            .json(
                ApiRequest.get(P3sService.WATCHER, "/files")
                    .with("watch", setup.watch())
                    .with("limit", 1_000))
            .path("items")) {
      String reason = PlainText.of(file.path("reason"));
      ledger.put(
          file.path("name").asText(),
          file.path("state").asText() + (reason.isEmpty() ? "" : ", " + reason));
    }
    return "timed out after "
        + PlainText.seconds(timeout)
        + " s: "
        + files.stream()
            .filter(file -> !file.ended())
            .map(
                file ->
                    file.name()
                        + (file.workflow().isMissingNode()
                            ? " (no workflow; file is "
                                + ledger.getOrDefault(file.name(), "not in the ledger")
                                + ")"
                            : " (" + file.state() + ")"))
            .collect(Collectors.joining("; "));
  }
}
