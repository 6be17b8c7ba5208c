package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Supplier;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Changes;
import org.p3s.cli.text.Block;
import org.p3s.cli.text.Format;
import org.p3s.cli.text.Shape;

/** Prints listings, once or whenever they change, and single things. */
final class Lists {

  private final Context cli;

  Lists(Context cli) {
    this.cli = cli;
  }

  /** Prints a page; with {@code --watch} until it is stopped. */
  int list(ListOptions options, Supplier<Call> call, Shape shape) {
    if (!options.watch) {
      JsonNode page = page(options, call.get());
      print(cli.output().page(page, shape, options.format));
      String next = page.path("next").asText("");
      if (options.format == Format.TABLE && page.hasNonNull("next")) {
        cli.terminal().note("more: --after " + next);
      }
      return Exit.DONE;
    }
    return watch(options, call, shape);
  }

  private int watch(ListOptions options, Supplier<Call> call, Shape shape) {
    Block block = new Block(cli.terminal());
    String shown = "";
    try (Changes changes = Changes.follow(cli.api())) {
      while (true) {
        String text = cli.output().page(page(options, call.get()), shape, options.format);
        if (!text.equals(shown) && cli.terminal().live()) {
          block.draw(text.lines().toList());
        } else if (!text.equals(shown)) {
          print(text);
        }
        shown = text;
        changes.await();
      }
    }
  }

  private JsonNode page(ListOptions options, Call call) {
    return cli.api().json(call.with("limit", options.limit).with("after", options.after));
  }

  /** Sends, and prints the one thing that is answered. */
  int one(OutputOptions options, Call call, Shape shape) {
    print(cli.output().one(cli.api().json(call), shape, options.format));
    return Exit.DONE;
  }

  /** Sends, and prints what is answered as the row of a list. */
  int row(OutputOptions options, Call call, Shape shape) {
    print(cli.output().row(cli.api().json(call), shape, options.format));
    return Exit.DONE;
  }

  /** Prints an answer; nothing for an empty one. */
  void print(String text) {
    if (!text.isEmpty()) {
      cli.terminal().line(text);
    }
  }

  void print(List<String> lines) {
    lines.forEach(cli.terminal()::line);
  }
}
