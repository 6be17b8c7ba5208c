package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.api.ApiRequest;
import picocli.CommandLine.Option;

/**
 * Does something to all selected items: first counts them and asks, unless {@code --yes} is given.
 */
final class BulkAction {

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask for confirmation.")
  boolean yes;

  /** Servers limit the length of a request line. */
  private static final int UUIDS_PER_REQUEST = 50;

  /**
   * Counts the selected items, asks if they are not selected by UUIDs alone, and sends the request.
   *
   * @param action the verb in the question
   * @param things the noun in the question
   * @param requests makes the request; with {@code dry_run} the server only counts
   * @return the number of items that the server changed, or -1 if the user did not confirm
   */
  long run(
      CommandContext cli,
      String action,
      String things,
      List<String> uuids,
      boolean onlyUuids,
      Supplier<ApiRequest> requests) {
    if (uuids.isEmpty() && onlyUuids) {
      throw CommandFailure.usage("give UUIDs, or select by the options that --help lists");
    }
    if (!onlyUuids
        && !confirmed(cli, action, (int) sendAndCount(cli, uuids, requests, true), things)) {
      return -1;
    }
    return sendAndCount(cli, uuids, requests, false);
  }

  private static long sendAndCount(
      CommandContext cli, List<String> uuids, Supplier<ApiRequest> requests, boolean dryRun) {
    long count = 0;
    int from = 0;
    do {
      ApiRequest request = requests.get();
      int to = Math.min(uuids.size(), from + UUIDS_PER_REQUEST);
      uuids.subList(from, to).forEach(uuid -> request.with("uuid", uuid));
      count +=
          cli.api().json(dryRun ? request.with("dry_run", true) : request).path("count").asLong();
      from = to;
    } while (from < uuids.size());
    return count;
  }

  /** All items of a list, page by page. */
  static List<JsonNode> readAll(CommandContext cli, Function<@Nullable String, ApiRequest> page) {
    List<JsonNode> items = new ArrayList<>();
    String after = null;
    do {
      JsonNode answer = cli.api().json(page.apply(after).with("limit", 1000));
      answer.path("items").forEach(items::add);
      after = answer.hasNonNull("next") ? answer.path("next").asText() : null;
    } while (after != null);
    return items;
  }

  /** Asks whether to go on; false if the user says no or nothing is selected. */
  boolean confirmed(CommandContext cli, String action, int count, String things) {
    if (count == 0) {
      cli.terminal().note("no " + things + " match");
      return false;
    }
    String question = action + " " + count + " " + things + "?";
    if (yes) {
      return true;
    }
    if (!cli.terminal().interactive()) {
      throw CommandFailure.usage(question + " Without a terminal, confirm with --yes");
    }
    return cli.terminal().confirms(question);
  }
}
