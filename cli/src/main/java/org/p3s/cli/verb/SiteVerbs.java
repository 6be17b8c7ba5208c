package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Json;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sites. */
@Command(name = "site", description = "Sites: add, ls, show, rm")
public final class SiteVerbs {

  private final Context cli;
  private final Lists lists;

  public SiteVerbs(Context cli) {
    this.cli = cli;
    this.lists = new Lists(cli);
  }

  @Command(
      description = "Adds a site from its JSON file.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s site add cluster.json", "  p3s site add cluster.json --replace"})
  int add(
      @Parameters(paramLabel = "FILE.json") Path file,
      @Option(names = "--replace", description = "Change a site that is there.") boolean replace,
      @Mixin OutputOptions output) {
    JsonNode site = Json.file(file);
    Call call =
        replace
            ? Call.put(Service.PILOTS, "/sites/{}", site.path("name").asText())
            : Call.post(Service.PILOTS, "/sites");
    return lists.row(output, call.json(site), Shape.SITE);
  }

  @Command(
      description = "Lists the sites.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s site ls"})
  int ls(@Mixin ListOptions options) {
    return lists.list(options, () -> Call.get(Service.PILOTS, "/sites"), Shape.SITE);
  }

  @Command(
      description = "Shows a site.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s site show local", "  p3s site show local -o json > local.json"})
  int show(@Parameters(paramLabel = "NAME") String name, @Mixin OutputOptions output) {
    return lists.one(output, Call.get(Service.PILOTS, "/sites/{}", name), Shape.SITE);
  }

  @Command(
      description = "Removes a site.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s site rm cluster"})
  int rm(@Parameters(paramLabel = "NAME") String name) {
    cli.api().json(Call.delete(Service.PILOTS, "/sites/{}", name));
    return Exit.DONE;
  }
}
