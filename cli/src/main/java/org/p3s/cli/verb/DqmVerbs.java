package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.ExitCode;
import org.p3s.cli.InputFiles;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.JsonTree;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs for data quality results. */
@Command(name = "dqm", description = "Data quality results: ls, add", addMethodSubcommands = false)
public final class DqmVerbs {

  private final CommandContext cli;
  private final AnswerPrinter printer;

  public DqmVerbs(CommandContext cli) {
    this.cli = cli;
    this.printer = new AnswerPrinter(cli);
  }

  @Command(
      description = "Lists results, newest first.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dqm ls --type purity", "  p3s dqm ls --run 5141 -o json"})
  int ls(
      @Option(names = "--run", paramLabel = "RUN") @Nullable Long run,
      @Option(names = "--type", paramLabel = "TYPE") @Nullable String type,
      @Mixin ListOptions options) {
    return printer.list(
        options,
        () ->
            ApiRequest.get(P3sService.MONITOR, "/dqm/results").with("run", run).with("type", type),
        TableLayout.DQM);
  }

  @Command(
      description = "Adds a result, {\"run\", \"type\", \"values\": {..}}, or a list of results.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dqm add dqm.json"})
  int add(@Parameters(paramLabel = "FILE.json") Path file) {
    JsonNode given = InputFiles.json(file);
    JsonNode results = given.isArray() ? given : JsonTree.array().add(given);
    cli.api().json(ApiRequest.post(P3sService.MONITOR, "/dqm/results").json(results));
    return ExitCode.DONE;
  }
}
