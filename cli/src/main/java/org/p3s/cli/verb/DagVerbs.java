package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Column;
import org.p3s.cli.text.DagDrawing;
import org.p3s.cli.text.Format;
import org.p3s.cli.text.Json;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** DAG templates. */
@Command(name = "dag", description = "DAG templates: add, ls, get, show, versions, rm")
public final class DagVerbs {

  private static final String GRAPHML = "application/graphml+xml";

  /** How a template is fetched. */
  enum Get {
    GRAPHML,
    JSON,
    YAML;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Context cli;
  private final Lists lists;

  public DagVerbs(Context cli) {
    this.cli = cli;
    this.lists = new Lists(cli);
  }

  @Command(
      description = "Loads a template from a GraphML file.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dag add 1filter.graphml", "  p3s dag add tpc.graphml --name tpc --replace"})
  int add(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(names = "--name", paramLabel = "NAME", description = "Default: the file's name.")
          @Nullable String name,
      @Option(names = "--replace", description = "Make a new version of a DAG that is there.")
          boolean replace,
      @Mixin OutputOptions output) {
    byte[] graphml = Json.bytes(file);
    JsonNode dag =
        cli.api()
            .json(
                Call.post(Service.WORKFLOW, "/dags")
                    .with("name", name == null ? stem(file) : name)
                    .with("replace", replace)
                    .body(GRAPHML, graphml));
    lists.print(cli.output().row(dag, Shape.DAG, output.format));
    if (output.format == Format.TABLE) {
      dag.path("warnings").forEach(w -> cli.terminal().note("warning: " + Column.line(w)));
    }
    return Exit.DONE;
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.indexOf('.', 1);
    return dot < 0 ? name : name.substring(0, dot);
  }

  @Command(
      description = "Lists the templates.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dag ls", "  p3s dag ls -o name"})
  int ls(@Mixin ListOptions options) {
    return lists.list(options, () -> Call.get(Service.WORKFLOW, "/dags"), Shape.DAG);
  }

  @Command(
      description = "Prints a template as GraphML.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dag get tpc > tpc.graphml", "  p3s dag get tpc -o json"})
  int get(
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FORMAT",
              defaultValue = "graphml",
              description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
          Get format,
      @Option(names = "--version", paramLabel = "N", description = "Default: the latest.")
          @Nullable Integer version) {
    Call call = Call.get(Service.WORKFLOW, "/dags/{}", name).with("version", version);
    switch (format) {
      case GRAPHML -> lists.print(cli.api().text(call.accept(GRAPHML)).stripTrailing());
      case JSON -> lists.print(cli.output().one(cli.api().json(call), Shape.DAG, Format.JSON));
      case YAML -> lists.print(cli.output().one(cli.api().json(call), Shape.DAG, Format.YAML));
    }
    return Exit.DONE;
  }

  @Command(
      description = "Draws a template as text.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dag show tpc"})
  int show(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--version", paramLabel = "N", description = "Default: the latest.")
          @Nullable Integer version,
      @Mixin OutputOptions output) {
    JsonNode dag =
        cli.api().json(Call.get(Service.WORKFLOW, "/dags/{}", name).with("version", version));
    if (output.format != Format.TABLE) {
      lists.print(cli.output().one(dag, Shape.DAG, output.format));
      return Exit.DONE;
    }
    cli.terminal()
        .line(
            "%s version %d: %d nodes, %d edges"
                .formatted(
                    Column.line(dag.path("name")),
                    dag.path("version").asInt(),
                    dag.path("nvertices").asInt(),
                    dag.path("nedges").asInt()));
    cli.terminal().line("");
    lists.print(drawing(dag).lines(cli.terminal().style(), cli.terminal().unicode()));
    return Exit.DONE;
  }

  private static DagDrawing drawing(JsonNode dag) {
    List<DagDrawing.Node> nodes = new ArrayList<>();
    for (JsonNode node : dag.path("nodes")) {
      nodes.add(new DagDrawing.Node(node.path("id").asText(), "", node.path("jobtype").asText("")));
    }
    return new DagDrawing(nodes, edges(dag.path("edges")));
  }

  /** The edges of a template, or the data of a workflow. */
  static List<DagDrawing.Edge> edges(JsonNode all) {
    List<DagDrawing.Edge> edges = new ArrayList<>();
    for (JsonNode edge : all) {
      edges.add(new DagDrawing.Edge(edge.path("source").asText(), edge.path("target").asText()));
    }
    return edges;
  }

  @Command(
      description = "Lists all versions of a template, newest first; also of a removed one.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dag versions tpc"})
  int versions(@Parameters(paramLabel = "NAME") String name, @Mixin ListOptions options) {
    return lists.list(
        options, () -> Call.get(Service.WORKFLOW, "/dags/{}/versions", name), Shape.DAG_VERSION);
  }

  @Command(
      description = "Removes a template.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dag rm tpc", "  p3s dag rm tpc --force"})
  int rm(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--force", description = "Even while its workflows run.") boolean force) {
    cli.api()
        .json(
            Call.delete(Service.WORKFLOW, "/dags/{}", name)
                .with("force", force ? "true" : null)
                .asAdmin());
    return Exit.DONE;
  }
}
