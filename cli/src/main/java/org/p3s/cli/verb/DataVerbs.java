package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.ExitCode;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.OutputFormat;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs for datasets, the files on the edges of workflows. */
@Command(
    name = "data",
    description = "Datasets, the files on the edges of workflows: ls, show",
    addMethodSubcommands = false)
public final class DataVerbs {

  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final CommandContext cli;
  private final AnswerPrinter printer;

  public DataVerbs(CommandContext cli) {
    this.cli = cli;
    this.printer = new AnswerPrinter(cli);
  }

  @Command(
      description = "Shows a dataset by its UUID, or the newest dataset with this path.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s data show UUID", "  p3s data show /data/out/run5141.hist --lineage"})
  int show(
      @Parameters(paramLabel = "UUID|PATH") String which,
      @Option(
              names = "--lineage",
              description = "The jobs and files it was made from, and what was made from it.")
          boolean lineage,
      @Mixin OutputOptions output) {
    String uuid = UUID.matcher(which).matches() ? which : newestWithPath(which);
    if (!lineage) {
      return printer.one(
          output, ApiRequest.get(P3sService.WORKFLOW, "/datasets/{}", uuid), TableLayout.DATA);
    }
    JsonNode answer =
        cli.api().json(ApiRequest.get(P3sService.WORKFLOW, "/datasets/{}/lineage", uuid));
    if (output.format == OutputFormat.TABLE) {
      printer.print(LineageText.lines(answer));
    } else {
      printer.print(cli.formatter().one(answer, TableLayout.DATA, output.format));
    }
    return ExitCode.DONE;
  }

  private String newestWithPath(String path) {
    JsonNode found =
        cli.api()
            .json(
                ApiRequest.get(P3sService.WORKFLOW, "/datasets")
                    .with("path", path)
                    .with("limit", 1))
            .path("items");
    if (found.isEmpty()) {
      throw CommandFailure.failed("no dataset has the path " + path + "; p3s data ls lists them");
    }
    return found.path(0).path("uuid").asText();
  }

  @Command(
      description = "Lists datasets, newest first.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s data ls --wfuuid UUID", "  p3s data ls --state missing"})
  int ls(
      @Option(names = "--wfuuid", paramLabel = "UUID", description = "Data of this workflow.")
          @Nullable String wfuuid,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              description = "expected, ready, missing, dropped.")
          @Nullable String state,
      @Mixin ListOptions options) {
    return printer.list(
        options,
        () ->
            ApiRequest.get(P3sService.WORKFLOW, "/datasets")
                .with("wfuuid", wfuuid)
                .with("state", state),
        TableLayout.DATA);
  }
}
