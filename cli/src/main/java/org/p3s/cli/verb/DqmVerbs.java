package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
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

/** Data quality results. */
@Command(name = "dqm", description = "Data quality results: ls, add")
public final class DqmVerbs {

  private final Context cli;
  private final Lists lists;

  public DqmVerbs(Context cli) {
    this.cli = cli;
    this.lists = new Lists(cli);
  }

  @Command(
      description = "Lists results, newest first.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dqm ls --type purity", "  p3s dqm ls --run 5141 -o json"})
  int ls(
      @Option(names = "--run", paramLabel = "RUN") @Nullable Long run,
      @Option(names = "--type", paramLabel = "TYPE") @Nullable String type,
      @Mixin ListOptions options) {
    return lists.list(
        options,
        () -> Call.get(Service.MONITOR, "/dqm/results").with("run", run).with("type", type),
        Shape.DQM);
  }

  @Command(
      description = "Adds results: {\"run\", \"type\", \"values\": {..}}, or a list of them.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dqm add dqm.json"})
  int add(@Parameters(paramLabel = "FILE.json") Path file) {
    JsonNode given = Json.file(file);
    JsonNode results = given.isArray() ? given : Json.array().add(given);
    cli.api().json(Call.post(Service.MONITOR, "/dqm/results").json(results));
    return Exit.DONE;
  }
}
