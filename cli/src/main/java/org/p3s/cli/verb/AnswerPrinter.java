package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Supplier;
import org.p3s.cli.CommandContext;
import org.p3s.cli.ExitCode;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.ChangeSignal;
import org.p3s.cli.text.OutputFormat;
import org.p3s.cli.text.RedrawnLines;
import org.p3s.cli.text.TableLayout;

/** Sends requests and prints the answers: lists, once or whenever they change, and single items. */
final class AnswerPrinter {

  private final CommandContext cli;

  AnswerPrinter(CommandContext cli) {
    this.cli = cli;
  }

  /** Prints a page of a list; with {@code --watch} again at each change, until Ctrl-C. */
  int list(ListOptions options, Supplier<ApiRequest> request, TableLayout layout) {
    if (!options.watch) {
      JsonNode page = page(options, request.get());
      print(cli.formatter().page(page, layout, options.format));
      String next = page.path("next").asText("");
      if (options.format == OutputFormat.TABLE && page.hasNonNull("next")) {
        cli.terminal().note("more: --after " + next);
      }
      return ExitCode.DONE;
    }
    return watch(options, request, layout);
  }

  private int watch(ListOptions options, Supplier<ApiRequest> request, TableLayout layout) {
    RedrawnLines table = new RedrawnLines(cli.terminal());
    String shown = "";
    try (ChangeSignal changes = ChangeSignal.listen(cli.api())) {
      while (true) {
        String text = cli.formatter().page(page(options, request.get()), layout, options.format);
        if (!text.equals(shown) && cli.terminal().interactive()) {
          table.draw(text.lines().toList());
        } else if (!text.equals(shown)) {
          print(text);
        }
        shown = text;
        changes.await();
      }
    }
  }

  private JsonNode page(ListOptions options, ApiRequest request) {
    return cli.api().json(request.with("limit", options.limit).with("after", options.after));
  }

  /** Sends a request and prints the item of the answer. */
  int one(OutputOptions options, ApiRequest request, TableLayout layout) {
    print(cli.formatter().one(cli.api().json(request), layout, options.format));
    return ExitCode.DONE;
  }

  /** Sends a request and prints the item of the answer as a table of one row. */
  int row(OutputOptions options, ApiRequest request, TableLayout layout) {
    print(cli.formatter().row(cli.api().json(request), layout, options.format));
    return ExitCode.DONE;
  }

  /** Prints a text; nothing if it is empty. */
  void print(String text) {
    if (!text.isEmpty()) {
      cli.terminal().line(text);
    }
  }

  void print(List<String> lines) {
    lines.forEach(cli.terminal()::line);
  }
}
