package org.p3s.cli.verb;

import org.jspecify.annotations.Nullable;
import org.p3s.cli.Context;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Datasets: the files on the edges of workflows. */
@Command(name = "data", description = "Datasets, the files on the edges of workflows: ls")
public final class DataVerbs {

  private final Lists lists;

  public DataVerbs(Context cli) {
    this.lists = new Lists(cli);
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
