package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.file.Path;
import org.p3s.cli.CommandContext;
import org.p3s.cli.ExitCode;
import org.p3s.cli.InputFiles;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.JsonTree;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Verbs for data types. */
@Command(name = "datatype", description = "Data types: add, ls, rm", addMethodSubcommands = false)
public final class DatatypeVerbs {

  private final CommandContext cli;
  private final AnswerPrinter printer;

  public DatatypeVerbs(CommandContext cli) {
    this.cli = cli;
    this.printer = new AnswerPrinter(cli);
  }

  @Command(
      description = "Adds a data type, {\"name\", \"ext\", \"comment\"}, or a list of data types.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s datatype add rootDataType.json"})
  int add(@Parameters(paramLabel = "FILE.json") Path file, @Mixin OutputOptions output) {
    JsonNode given = InputFiles.json(file);
    JsonNode types = given.isArray() ? given : JsonTree.array().add(given);
    ArrayNode added = JsonTree.array();
    for (JsonNode type : types) {
      added.add(
          cli.api().json(ApiRequest.post(P3sService.WORKFLOW, "/datatypes").json(type).asAdmin()));
    }
    printer.print(
        cli.formatter()
            .page(JsonTree.object().set("items", added), TableLayout.DATATYPE, output.format));
    return ExitCode.DONE;
  }

  @Command(
      description = "Lists the data types.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s datatype ls"})
  int ls(@Mixin ListOptions options) {
    return printer.list(
        options, () -> ApiRequest.get(P3sService.WORKFLOW, "/datatypes"), TableLayout.DATATYPE);
  }

  @Command(
      description = "Removes a data type.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s datatype rm ROOT"})
  int rm(@Parameters(paramLabel = "NAME") String name) {
    cli.api().json(ApiRequest.delete(P3sService.WORKFLOW, "/datatypes/{}", name).asAdmin());
    return ExitCode.DONE;
  }
}
