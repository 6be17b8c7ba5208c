package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.Context;
import org.p3s.cli.Failure;
import org.p3s.cli.api.Call;
import picocli.CommandLine.Option;

/** Destructive verbs with selectors: shows how many are meant, and asks. */
final class Selection {

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  /** A request's line has a limit; so many UUIDs fit well. */
  private static final int UUIDS_PER_CALL = 50;

  /**
   * Counts what is meant, asks if more than UUIDs choose it, and does it.
   *
   * @param calls makes the call; without {@code dry_run} it does what it says
   * @return how many it was done to, or -1 if the answer was no
   */
  long run(
      Context cli,
      String action,
      String things,
      List<String> uuids,
      boolean onlyUuids,
      Supplier<Call> calls) {
    if (uuids.isEmpty() && onlyUuids) {
      throw Failure.usage("give UUIDs, or choose by the options that --help lists");
    }
    if (!onlyUuids && !agreed(cli, action, (int) count(cli, uuids, calls, true), things)) {
      return -1;
    }
    return count(cli, uuids, calls, false);
  }

  private static long count(Context cli, List<String> uuids, Supplier<Call> calls, boolean dryRun) {
    long count = 0;
    int from = 0;
    do {
      Call call = calls.get();
      int to = Math.min(uuids.size(), from + UUIDS_PER_CALL);
      uuids.subList(from, to).forEach(uuid -> call.with("uuid", uuid));
      count += cli.api().json(dryRun ? call.with("dry_run", true) : call).path("count").asLong();
      from = to;
    } while (from < uuids.size());
    return count;
  }

  /** All items of a list, page by page. */
  static List<JsonNode> all(Context cli, Function<@Nullable String, Call> page) {
    List<JsonNode> items = new ArrayList<>();
    String after = null;
    do {
      JsonNode answer = cli.api().json(page.apply(after).with("limit", 1000));
      answer.path("items").forEach(items::add);
      after = answer.hasNonNull("next") ? answer.path("next").asText() : null;
    } while (after != null);
    return items;
  }

  /** Asks before anything is done to what a selector found; false: leave it. */
  boolean agreed(Context cli, String action, int count, String things) {
    if (count == 0) {
      cli.terminal().note("no " + things + " match");
      return false;
    }
    String question = action + " " + count + " " + things + "?";
    if (yes) {
      return true;
    }
    if (!cli.terminal().live()) {
      throw Failure.usage(question + " Without a terminal, say --yes");
    }
    return cli.terminal().agrees(question);
  }
}
