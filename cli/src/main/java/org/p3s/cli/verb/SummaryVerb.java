package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.ExitCode;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.OutputFormat;
import org.p3s.cli.text.PlainText;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints the numbers of the dashboard. */
@Command(
    name = "summary",
    description = "Prints the numbers of the dashboard.",
    footerHeading = "%nExamples:%n",
    footer = {"  p3s summary", "  p3s summary -o json"})
public final class SummaryVerb implements Callable<Integer> {

  private static final List<String> COUNTED = List.of("jobs", "workflows", "pilots", "files");

  private final CommandContext cli;

  @Mixin OutputOptions output = new OutputOptions();

  public SummaryVerb(CommandContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    JsonNode summary = cli.api().json(ApiRequest.get(P3sService.MONITOR, "/summary"));
    String text =
        output.format == OutputFormat.TABLE
            ? String.join("\n", lines(summary))
            : cli.formatter().one(summary, new TableLayout("ts", List.of()), output.format);
    cli.terminal().line(text);
    return ExitCode.DONE;
  }

  static List<String> lines(JsonNode summary) {
    List<String> lines = new ArrayList<>();
    for (String thing : COUNTED) {
      lines.add(String.format(Locale.ROOT, "%-11s %s", thing, counts(summary.path(thing))));
    }
    JsonNode backlog = summary.path("backlog");
    lines.add(
        String.format(
            Locale.ROOT,
            "%-11s %d waiting%s",
            "backlog",
            backlog.path("waiting").asLong(),
            backlog.path("waiting").asLong() > 0 && backlog.hasNonNull("oldest_s")
                ? String.format(
                    Locale.ROOT, ", the oldest for %.1f s", backlog.path("oldest_s").asDouble())
                : ""));
    for (JsonNode window : summary.path("windows")) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-11s %d finished, %d failed",
              "last " + duration(window.path("seconds").asLong()),
              window.path("finished").asLong(),
              window.path("failed").asLong()));
    }
    long dead = summary.path("dead_letters").asLong();
    if (dead > 0) {
      lines.add(
          String.format(
              Locale.ROOT, "%-11s %d records that a service could not use", "dead", dead));
    }
    return lines;
  }

  private static String counts(JsonNode states) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, JsonNode> state : states.properties()) {
      if (state.getValue().isValueNode() && state.getValue().asLong() != 0) {
        text.append(text.isEmpty() ? "" : ", ")
            .append(PlainText.of(state.getValue()))
            .append(' ')
            .append(state.getKey());
      }
    }
    return text.isEmpty() ? "none" : text.toString();
  }

  private static String duration(long seconds) {
    if (seconds % 3600 == 0) {
      return seconds / 3600 + " h";
    }
    return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }
}
