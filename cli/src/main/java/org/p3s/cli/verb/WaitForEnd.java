package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.ExitCode;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.ChangeSignal;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.PlainText;
import org.p3s.cli.text.RedrawnLines;

/** {@code --wait}: waits until jobs or workflows have ended and shows their progress on stderr. */
final class WaitForEnd {

  private static final int MOST_SINGLE_READS = 16;

  private final CommandContext cli;
  private final @Nullable Duration timeout;

  WaitForEnd(CommandContext cli, @Nullable Duration timeout) {
    this.cli = cli;
    this.timeout = timeout;
  }

  /** Waits for a workflow and returns it as it ended. */
  JsonNode forWorkflow(JsonNode started) {
    String uuid = started.path("uuid").asText();
    return follow(
            List.of(started),
            pending ->
                List.of(cli.api().json(ApiRequest.get(P3sService.WORKFLOW, "/workflows/{}", uuid))))
        .get(0);
  }

  /** Waits for jobs and returns them as they ended. */
  List<JsonNode> forJobs(List<JsonNode> submitted) {
    return follow(submitted, this::jobs);
  }

  /** Reads the present state of what has not ended. */
  private interface PendingReader {
    List<JsonNode> read(List<String> pending);
  }

  private List<JsonNode> follow(List<JsonNode> first, PendingReader reader) {
    Map<String, JsonNode> known = new LinkedHashMap<>();
    Map<String, String> shown = new LinkedHashMap<>();
    long start = System.nanoTime();
    RedrawnLines progress = new RedrawnLines(cli.terminal());
    try (ChangeSignal changes = ChangeSignal.listen(cli.api())) {
      List<JsonNode> read = first;
      while (true) {
        read.forEach(item -> known.put(item.path("uuid").asText(), item));
        show(known, shown, progress);
        List<String> pending = pending(known);
        if (pending.isEmpty()) {
          progress.clear();
          return List.copyOf(known.values());
        }
        changes.await(
            remaining(start, () -> pending.size() + " of " + known.size() + " have not ended"));
        read = reader.read(pending);
      }
    }
  }

  /**
   * How long to wait for the next change, in milliseconds; throws with exit code 4 at the timeout.
   */
  private long remaining(long start, Supplier<String> what) {
    if (timeout == null) {
      return 1_000;
    }
    long left = timeout.toMillis() - (System.nanoTime() - start) / 1_000_000;
    if (left <= 0) {
      throw new CommandFailure(
          ExitCode.TIMED_OUT,
          "timed out after " + PlainText.seconds(timeout) + " s: " + what.get());
    }
    return Math.min(1_000, left);
  }

  private static List<String> pending(Map<String, JsonNode> known) {
    return known.entrySet().stream()
        .filter(entry -> !entry.getValue().hasNonNull("outcome"))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** On a terminal, one line that is redrawn; otherwise a line for each change. */
  private void show(Map<String, JsonNode> known, Map<String, String> shown, RedrawnLines progress) {
    if (cli.terminal().interactive()) {
      Map<String, Long> counts =
          known.values().stream()
              .collect(
                  Collectors.groupingBy(
                      item -> item.path("state").asText(), TreeMap::new, Collectors.counting()));
      String states =
          counts.entrySet().stream()
              .map(e -> e.getValue() + " " + e.getKey())
              .collect(Collectors.joining(", "));
      String done = known.size() == 1 ? done(known.values().iterator().next()) : "";
      progress.draw(List.of(states + done));
      return;
    }
    known.forEach(
        (uuid, item) -> {
          String now = item.path("state").asText() + done(item);
          if (!now.equals(shown.put(uuid, now))) {
            cli.terminal().note(uuid + " " + PlainText.line(item.path("name")) + ": " + now);
          }
        });
  }

  private static String done(JsonNode item) {
    return item.has("nvertices")
        ? ", " + item.path("ndone").asInt() + " of " + item.path("nvertices").asInt() + " jobs done"
        : "";
  }

  /**
   * Reads a few jobs one by one, many by pages of the list, newest first. UUIDs are ordered by
   * time, so that the page with the oldest pending job is the last one that is needed.
   */
  private List<JsonNode> jobs(List<String> pending) {
    if (pending.size() <= MOST_SINGLE_READS) {
      return pending.stream()
          .map(uuid -> cli.api().json(ApiRequest.get(P3sService.WORKFLOW, "/jobs/{}", uuid)))
          .toList();
    }
    java.util.Set<String> wanted = new java.util.HashSet<>(pending);
    String oldest = pending.stream().min(String::compareTo).orElseThrow();
    List<JsonNode> found = new ArrayList<>();
    String after = null;
    do {
      JsonNode page =
          cli.api()
              .json(
                  ApiRequest.get(P3sService.WORKFLOW, "/jobs")
                      .with("limit", 1000)
                      .with("after", after));
      for (JsonNode job : page.path("items")) {
        if (wanted.contains(job.path("uuid").asText())) {
          found.add(job);
        }
      }
      after = page.hasNonNull("next") ? page.path("next").asText() : null;
    } while (after != null && after.compareTo(oldest) > 0);
    return found;
  }

  /** The exit code: 0 if all succeeded, else 1; the failures are reported on stderr. */
  static int exitCode(CommandContext cli, String thing, List<JsonNode> ended) {
    List<JsonNode> failed =
        ended.stream().filter(item -> !"success".equals(item.path("outcome").asText())).toList();
    for (JsonNode item : failed) {
      String why =
          item.has("nvertices")
              ? WorkflowText.workflowFailure(item)
              : WorkflowText.jobFailure(item);
      cli.terminal().note("p3s: " + thing + " " + item.path("uuid").asText() + " failed: " + why);
    }
    return failed.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }
}
