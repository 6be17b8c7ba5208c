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
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.Failure;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Changes;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Block;
import org.p3s.cli.text.Column;

/** Follows the workflows of dropped files to their ends, and shows it while it happens. */
final class DemoProgress {

  private static final int BAR = 20;
  private static final int MOST_LINES = 20;

  private final Context cli;
  private final DemoSetup setup;
  private final Duration longest;
  private final Block block;
  private final Map<String, String> shown = new HashMap<>();

  DemoProgress(Context cli, DemoSetup setup, Duration longest) {
    this.cli = cli;
    this.setup = setup;
    this.longest = longest;
    this.block = new Block(cli.terminal());
  }

  /** Returns when all have ended; a {@link Failure} with exit code 4 if they do not in time. */
  void follow(List<DemoFile> files) {
    long start = System.nanoTime();
    try (Changes changes = Changes.follow(cli.api())) {
      while (true) {
        refresh(files);
        show(files, System.nanoTime() - start);
        if (files.stream().allMatch(DemoFile::ended)) {
          block.clear();
          return;
        }
        long left = longest.toMillis() - (System.nanoTime() - start) / 1_000_000;
        if (left <= 0) {
          throw new Failure(Exit.TIMED_OUT, late(files));
        }
        changes.await(Math.min(1_000, left));
      }
    }
  }

  /** One page is enough: newest workflows come first, and these are the newest. */
  private void refresh(List<DemoFile> files) {
    Map<String, DemoFile> byName =
        files.stream().collect(Collectors.toMap(DemoFile::name, Function.identity()));
    JsonNode page =
        cli.api()
            .json(
                Call.get(Service.WORKFLOW, "/workflows")
                    .with("dag", setup.dag())
                    .with("limit", 1_000));
    for (JsonNode workflow : page.path("items")) {
      String path = workflow.path("path").asText("");
      DemoFile file =
          path.isEmpty() ? null : byName.get(String.valueOf(Path.of(path).getFileName()));
      if (file != null) {
        file.has(workflow);
      }
    }
  }

  private void show(List<DemoFile> files, long nanos) {
    if (cli.terminal().live()) {
      block.draw(lines(files, nanos));
      return;
    }
    for (DemoFile file : files) {
      String now =
          file.state()
              + (file.jobs() > 0 ? ", " + file.done() + " of " + file.jobs() + " jobs done" : "");
      if (!now.equals(shown.put(file.name(), now))) {
        cli.terminal().line(file.name() + ": " + now);
      }
    }
  }

  private List<String> lines(List<DemoFile> files, long nanos) {
    int width = files.stream().mapToInt(file -> file.name().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (DemoFile file : files.subList(0, Math.min(files.size(), MOST_LINES))) {
      int full = file.jobs() == 0 ? 0 : BAR * file.done() / file.jobs();
      lines.add(
          "  %s  [%s%s]  %s"
              .formatted(
                  file.name() + " ".repeat(width - file.name().length()),
                  "#".repeat(full),
                  "-".repeat(BAR - full),
                  cli.terminal().style().word(file.state())));
    }
    long ended = files.stream().filter(DemoFile::ended).count();
    lines.add(
        "  %d of %d workflows ended, %s s"
            .formatted(ended, files.size(), Column.seconds(Duration.ofNanos(nanos))));
    return lines;
  }

  /** Which files are late, as the ledger and the workflows have them. */
  private String late(List<DemoFile> files) {
    Map<String, String> ledger = new HashMap<>();
    for (JsonNode file :
        cli.api()
            .json(
                Call.get(Service.WATCHER, "/files")
                    .with("watch", setup.watch())
                    .with("limit", 1_000))
            .path("items")) {
      String reason = Column.plain(file.path("reason"));
      ledger.put(
          file.path("name").asText(),
          file.path("state").asText() + (reason.isEmpty() ? "" : ", " + reason));
    }
    return "timed out after "
        + Column.seconds(longest)
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
