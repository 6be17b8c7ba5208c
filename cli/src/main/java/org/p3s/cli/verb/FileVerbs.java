package org.p3s.cli.verb;

import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs for data files: every file that a watch saw. */
@Command(
    name = "file",
    description = "Data files that watches saw: ls, show",
    addMethodSubcommands = false)
public final class FileVerbs {

  private final AnswerPrinter printer;

  public FileVerbs(CommandContext cli) {
    this.printer = new AnswerPrinter(cli);
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
    return printer.list(
        options,
        () ->
            ApiRequest.get(P3sService.WATCHER, "/files").with("watch", watch).with("state", state),
        TableLayout.FILE);
  }

  @Command(
      description = "Shows a file and its workflows.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s file show UUID"})
  int show(@Parameters(paramLabel = "UUID") String uuid, @Mixin OutputOptions output) {
    return printer.one(
        output, ApiRequest.get(P3sService.WATCHER, "/files/{}", uuid), TableLayout.FILE);
  }
}
