package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.p3s.cli.CommandContext;
import org.p3s.cli.ExitCode;
import org.p3s.cli.InputFiles;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs for sites. */
@Command(name = "site", description = "Sites: add, ls, show, rm", addMethodSubcommands = false)
public final class SiteVerbs {

  private final CommandContext cli;
  private final AnswerPrinter printer;

  public SiteVerbs(CommandContext cli) {
    this.cli = cli;
    this.printer = new AnswerPrinter(cli);
  }

  @Command(
      description = "Adds a site from its JSON file.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s site add cluster.json", "  p3s site add cluster.json --replace"})
  int add(
      @Parameters(paramLabel = "FILE.json") Path file,
      @Option(names = "--replace", description = "Replace a site that exists.") boolean replace,
      @Mixin OutputOptions output) {
    JsonNode site = InputFiles.json(file);
    ApiRequest request =
        replace
            ? ApiRequest.put(P3sService.PILOTS, "/sites/{}", site.path("name").asText())
            : ApiRequest.post(P3sService.PILOTS, "/sites");
    return printer.row(output, request.json(site), TableLayout.SITE);
  }

  @Command(
      description = "Lists the sites.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s site ls"})
  int ls(@Mixin ListOptions options) {
    return printer.list(
        options, () -> ApiRequest.get(P3sService.PILOTS, "/sites"), TableLayout.SITE);
  }

  @Command(
      description = "Shows a site.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s site show local", "  p3s site show local -o json > local.json"})
  int show(@Parameters(paramLabel = "NAME") String name, @Mixin OutputOptions output) {
    return printer.one(
        output, ApiRequest.get(P3sService.PILOTS, "/sites/{}", name), TableLayout.SITE);
  }

  @Command(
      description = "Removes a site.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s site rm cluster"})
  int rm(@Parameters(paramLabel = "NAME") String name) {
    cli.api().json(ApiRequest.delete(P3sService.PILOTS, "/sites/{}", name));
    return ExitCode.DONE;
  }
}
