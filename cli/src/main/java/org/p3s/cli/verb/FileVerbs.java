package org.p3s.cli.verb;

import org.jspecify.annotations.Nullable;
import org.p3s.cli.Context;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The ledger of data: every file that a watch saw. */
@Command(name = "file", description = "The ledger of data files: ls, show")
public final class FileVerbs {

  private final Lists lists;

  public FileVerbs(Context cli) {
    this.lists = new Lists(cli);
  }

  @Command(
      description = "Lists files, newest first.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s file ls --watch-name raw", "  p3s file ls --state failed"})
  int ls(
      @Option(names = "--watch-name", paramLabel = "NAME", description = "Files of this watch.")
          @Nullable String watch,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              description = "seen, arrived, processed, failed, skipped.")
          @Nullable String state,
      @Mixin ListOptions options) {
    return lists.list(
        options,
        () -> Call.get(Service.WATCHER, "/files").with("watch", watch).with("state", state),
        Shape.FILE);
  }

  @Command(
      description = "Shows a file and its workflows.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s file show UUID"})
  int show(@Parameters(paramLabel = "UUID") String uuid, @Mixin OutputOptions output) {
    return lists.one(output, Call.get(Service.WATCHER, "/files/{}", uuid), Shape.FILE);
  }
}
