package org.p3s.cli.verb;

import java.nio.file.Path;
import org.p3s.cli.CommandContext;
import org.p3s.cli.ExitCode;
import org.p3s.cli.InputFiles;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Verbs for watches, which start workflows for new files in directories. */
@Command(
    name = "watch",
    description = "Watched directories: add, ls, show, pause, resume, rm",
    addMethodSubcommands = false)
public final class WatchVerbs {

  private final CommandContext cli;
  private final AnswerPrinter printer;

  public WatchVerbs(CommandContext cli) {
    this.cli = cli;
    this.printer = new AnswerPrinter(cli);
  }

  @Command(
      description = {
        "Watches a directory: {\"name\", \"path\", \"pattern\", \"dags\": [..], \"quiet_period\"}."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch add raw.json"})
  int add(@Parameters(paramLabel = "FILE.json") Path file, @Mixin OutputOptions output) {
    ApiRequest request =
        ApiRequest.post(P3sService.WATCHER, "/watches")
            .body("application/json", InputFiles.bytes(file));
    return printer.row(output, request, TableLayout.WATCH);
  }

  @Command(
      description = "Lists the watches.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch ls"})
  int ls(@Mixin ListOptions options) {
    return printer.list(
        options, () -> ApiRequest.get(P3sService.WATCHER, "/watches"), TableLayout.WATCH);
  }

  @Command(
      description = "Shows a watch.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch show raw"})
  int show(@Parameters(paramLabel = "NAME") String name, @Mixin OutputOptions output) {
    return printer.one(
        output, ApiRequest.get(P3sService.WATCHER, "/watches/{}", name), TableLayout.WATCH);
  }

  @Command(
      description = "Pauses a watch: files that come meanwhile are taken when it is resumed.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch pause raw"})
  int pause(@Parameters(paramLabel = "NAME") String name) {
    cli.api().json(ApiRequest.post(P3sService.WATCHER, "/watches/{}/pause", name));
    return ExitCode.DONE;
  }

  @Command(
      description = "Resumes a paused watch.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch resume raw"})
  int resume(@Parameters(paramLabel = "NAME") String name) {
    cli.api().json(ApiRequest.post(P3sService.WATCHER, "/watches/{}/resume", name));
    return ExitCode.DONE;
  }

  @Command(
      description = "Removes a watch.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s watch rm raw"})
  int rm(@Parameters(paramLabel = "NAME") String name) {
    cli.api().json(ApiRequest.delete(P3sService.WATCHER, "/watches/{}", name).asAdmin());
    return ExitCode.DONE;
  }
}
