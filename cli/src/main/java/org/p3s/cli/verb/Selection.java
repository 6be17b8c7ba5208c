package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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
