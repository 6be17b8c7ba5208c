package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.file.Path;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Json;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Data types. */
@Command(name = "datatype", description = "Data types: add, ls, rm")
public final class DatatypeVerbs {

  private final Context cli;
  private final Lists lists;

  public DatatypeVerbs(Context cli) {
    this.cli = cli;
    this.lists = new Lists(cli);
  }

  @Command(
      description = "Adds a data type, {\"name\", \"ext\", \"comment\"}, or a list of them.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s datatype add rootDataType.json"})
  int add(@Parameters(paramLabel = "FILE.json") Path file, @Mixin OutputOptions output) {
    JsonNode given = Json.file(file);
    JsonNode types = given.isArray() ? given : Json.array().add(given);
    ArrayNode added = Json.array();
    for (JsonNode type : types) {
      added.add(cli.api().json(Call.post(Service.WORKFLOW, "/datatypes").json(type).asAdmin()));
    }
    lists.print(
        cli.output().page(Json.object().set("items", added), Shape.DATATYPE, output.format));
    return Exit.DONE;
  }

  @Command(
      description = "Lists the data types.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s datatype ls"})
  int ls(@Mixin ListOptions options) {
    return lists.list(options, () -> Call.get(Service.WORKFLOW, "/datatypes"), Shape.DATATYPE);
  }

  @Command(
      description = "Removes a data type.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s datatype rm ROOT"})
  int rm(@Parameters(paramLabel = "NAME") String name) {
    cli.api().json(Call.delete(Service.WORKFLOW, "/datatypes/{}", name).asAdmin());
    return Exit.DONE;
  }
}
