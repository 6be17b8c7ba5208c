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
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.Failure;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Changes;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Block;
import org.p3s.cli.text.Column;

/** {@code --wait}: follows work to its end; progress goes to stderr, a line for each change. */
final class Waiting {

  private static final int FEW = 16;

  private final Context cli;
  private final @Nullable Duration longest;

  Waiting(Context cli, @Nullable Duration longest) {
    this.cli = cli;
    this.longest = longest;
  }

  /** The workflow as it ended. */
  JsonNode forWorkflow(JsonNode started) {
    String uuid = started.path("uuid").asText();
    return follow(
            List.of(started),
            pending -> List.of(cli.api().json(Call.get(Service.WORKFLOW, "/workflows/{}", uuid))))
        .get(0);
  }

  /** The jobs as they ended. */
  List<JsonNode> forJobs(List<JsonNode> submitted) {
    return follow(submitted, this::jobs);
  }

  private interface Reader {
    List<JsonNode> read(List<String> pending);
  }

  private List<JsonNode> follow(List<JsonNode> first, Reader reader) {
    Map<String, JsonNode> known = new LinkedHashMap<>();
    Map<String, String> shown = new LinkedHashMap<>();
    long start = System.nanoTime();
    Block block = new Block(cli.terminal());
    try (Changes changes = Changes.follow(cli.api())) {
      List<JsonNode> read = first;
      while (true) {
        read.forEach(item -> known.put(item.path("uuid").asText(), item));
        show(known, shown, block);
        List<String> pending = pending(known);
        if (pending.isEmpty()) {
          block.clear();
          return List.copyOf(known.values());
        }
        changes.await(
            left(start, () -> pending.size() + " of " + known.size() + " have not ended"));
        read = reader.read(pending);
      }
    }
  }

  private long left(long start, Supplier<String> what) {
    if (longest == null) {
      return 1_000;
    }
    long left = longest.toMillis() - (System.nanoTime() - start) / 1_000_000;
    if (left <= 0) {
      throw new Failure(
          Exit.TIMED_OUT, "timed out after " + Column.seconds(longest) + " s: " + what.get());
    }
    return Math.min(1_000, left);
  }

  private static List<String> pending(Map<String, JsonNode> known) {
    return known.entrySet().stream()
        .filter(entry -> !entry.getValue().hasNonNull("outcome"))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** On a terminal one line that is redrawn; else a line for everything that changed. */
  private void show(Map<String, JsonNode> known, Map<String, String> shown, Block block) {
    if (cli.terminal().live()) {
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
      block.draw(List.of(states + done));
      return;
    }
    known.forEach(
        (uuid, item) -> {
          String now = item.path("state").asText() + done(item);
          if (!now.equals(shown.put(uuid, now))) {
            cli.terminal().note(uuid + " " + Column.line(item.path("name")) + ": " + now);
          }
        });
  }

  private static String done(JsonNode item) {
    return item.has("nvertices")
        ? ", " + item.path("ndone").asInt() + " of " + item.path("nvertices").asInt() + " jobs done"
        : "";
  }

  /** A few jobs one by one; many by the pages that hold them: UUIDs are in order of time. */
  private List<JsonNode> jobs(List<String> pending) {
    if (pending.size() <= FEW) {
      return pending.stream()
          .map(uuid -> cli.api().json(Call.get(Service.WORKFLOW, "/jobs/{}", uuid)))
          .toList();
    }
    java.util.Set<String> wanted = new java.util.HashSet<>(pending);
    String oldest = pending.stream().min(String::compareTo).orElseThrow();
    List<JsonNode> found = new ArrayList<>();
    String after = null;
    do {
      JsonNode page =
          cli.api()
              .json(Call.get(Service.WORKFLOW, "/jobs").with("limit", 1000).with("after", after));
      for (JsonNode job : page.path("items")) {
        if (wanted.contains(job.path("uuid").asText())) {
          found.add(job);
        }
      }
      after = page.hasNonNull("next") ? page.path("next").asText() : null;
    } while (after != null && after.compareTo(oldest) > 0);
    return found;
  }

  /** 0 if all ended well; else 1, and what went wrong on stderr. */
  static int exit(Context cli, String thing, List<JsonNode> ended) {
    List<JsonNode> bad =
        ended.stream().filter(item -> !"success".equals(item.path("outcome").asText())).toList();
    for (JsonNode item : bad) {
      String why = item.has("nvertices") ? WorkflowPicture.end(item) : WorkflowPicture.why(item);
      cli.terminal().note("p3s: " + thing + " " + item.path("uuid").asText() + " failed: " + why);
    }
    return bad.isEmpty() ? Exit.DONE : Exit.FAILED;
  }
}
