package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.Failure;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Format;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Datasets: the files on the edges of workflows. */
@Command(name = "data", description = "Datasets, the files on the edges of workflows: ls, show")
public final class DataVerbs {

  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final Context cli;
  private final Lists lists;

  public DataVerbs(Context cli) {
    this.cli = cli;
    this.lists = new Lists(cli);
  }

  @Command(
      description = "Shows a dataset, by its uuid or its file's path (then the last one).",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s data show UUID", "  p3s data show /data/out/run5141.hist --lineage"})
  int show(
      @Parameters(paramLabel = "UUID|PATH") String which,
      @Option(names = "--lineage", description = "What made it, and what was made of it.")
          boolean lineage,
      @Mixin OutputOptions output) {
    String uuid = UUID.matcher(which).matches() ? which : last(which);
    if (!lineage) {
      return lists.one(output, Call.get(Service.WORKFLOW, "/datasets/{}", uuid), Shape.DATA);
    }
    JsonNode answer = cli.api().json(Call.get(Service.WORKFLOW, "/datasets/{}/lineage", uuid));
    if (output.format == Format.TABLE) {
      lists.print(LineageText.lines(answer));
    } else {
      lists.print(cli.output().one(answer, Shape.DATA, output.format));
    }
    return Exit.DONE;
  }

  private String last(String path) {
    JsonNode found =
        cli.api()
            .json(Call.get(Service.WORKFLOW, "/datasets").with("path", path).with("limit", 1))
            .path("items");
    if (found.isEmpty()) {
      throw Failure.failed("no dataset has the path " + path + "; p3s data ls lists them");
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
    return lists.list(
        options,
        () -> Call.get(Service.WORKFLOW, "/datasets").with("wfuuid", wfuuid).with("state", state),
        Shape.DATA);
  }
}
