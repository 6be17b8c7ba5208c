package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.ExitCode;
import org.p3s.cli.InputFiles;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.DagDrawing;
import org.p3s.cli.text.OutputFormat;
import org.p3s.cli.text.PlainText;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** DAG templates. */
@Command(
    name = "dag",
    description = "DAG templates: add, ls, get, show, versions, rm",
    addMethodSubcommands = false)
public final class DagVerbs {

  private static final String GRAPHML = "application/graphml+xml";

  /** The formats of {@code dag get}. */
  enum DagOutputFormat {
    GRAPHML,
    JSON,
    YAML;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final CommandContext cli;
  private final AnswerPrinter printer;

  public DagVerbs(CommandContext cli) {
    this.cli = cli;
    this.printer = new AnswerPrinter(cli);
  }

  @Command(
      description = "Loads a template from a GraphML file.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dag add 1filter.graphml", "  p3s dag add tpc.graphml --name tpc --replace"})
  int add(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(names = "--name", paramLabel = "NAME", description = "Default: the name of the file.")
          @Nullable String name,
      @Option(names = "--replace", description = "Make a new version of a DAG that exists.")
          boolean replace,
      @Mixin OutputOptions output) {
    byte[] graphml = InputFiles.bytes(file);
    JsonNode dag =
        cli.api()
            .json(
                ApiRequest.post(P3sService.WORKFLOW, "/dags")
                    .with("name", name == null ? nameWithoutExtension(file) : name)
                    .with("replace", replace)
                    .body(GRAPHML, graphml));
    printer.print(cli.formatter().row(dag, TableLayout.DAG, output.format));
    if (output.format == OutputFormat.TABLE) {
      dag.path("warnings").forEach(w -> cli.terminal().note("warning: " + PlainText.line(w)));
    }
    return ExitCode.DONE;
  }

  private static String nameWithoutExtension(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.indexOf('.', 1);
    return dot < 0 ? name : name.substring(0, dot);
  }

  @Command(
      description = "Lists the templates.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dag ls", "  p3s dag ls -o name"})
  int ls(@Mixin ListOptions options) {
    return printer.list(
        options, () -> ApiRequest.get(P3sService.WORKFLOW, "/dags"), TableLayout.DAG);
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
          DagOutputFormat format,
      @Option(names = "--version", paramLabel = "N", description = "Default: the latest.")
          @Nullable Integer version) {
    ApiRequest request =
        ApiRequest.get(P3sService.WORKFLOW, "/dags/{}", name).with("version", version);
    switch (format) {
      case GRAPHML -> printer.print(cli.api().text(request.accept(GRAPHML)).stripTrailing());
      case JSON ->
          printer.print(
              cli.formatter().one(cli.api().json(request), TableLayout.DAG, OutputFormat.JSON));
      case YAML ->
          printer.print(
              cli.formatter().one(cli.api().json(request), TableLayout.DAG, OutputFormat.YAML));
    }
    return ExitCode.DONE;
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
        cli.api()
            .json(ApiRequest.get(P3sService.WORKFLOW, "/dags/{}", name).with("version", version));
    if (output.format != OutputFormat.TABLE) {
      printer.print(cli.formatter().one(dag, TableLayout.DAG, output.format));
      return ExitCode.DONE;
    }
    cli.terminal()
        .line(
            "%s version %d: %d nodes, %d edges"
                .formatted(
                    PlainText.line(dag.path("name")),
                    dag.path("version").asInt(),
                    dag.path("nvertices").asInt(),
                    dag.path("nedges").asInt()));
    cli.terminal().line("");
    printer.print(drawing(dag).lines(cli.terminal().colours(), cli.terminal().unicode()));
    return ExitCode.DONE;
  }

  private static DagDrawing drawing(JsonNode dag) {
    List<DagDrawing.DrawnNode> nodes = new ArrayList<>();
    for (JsonNode node : dag.path("nodes")) {
      nodes.add(
          new DagDrawing.DrawnNode(node.path("id").asText(), "", node.path("jobtype").asText("")));
    }
    return new DagDrawing(nodes, edges(dag.path("edges")));
  }

  /**
   * Edges for a drawing.
   *
   * @param all the edges of a template or the datasets of a workflow
   */
  static List<DagDrawing.DrawnEdge> edges(JsonNode all) {
    List<DagDrawing.DrawnEdge> edges = new ArrayList<>();
    for (JsonNode edge : all) {
      edges.add(
          new DagDrawing.DrawnEdge(edge.path("source").asText(), edge.path("target").asText()));
    }
    return edges;
  }

  @Command(
      description =
          "Lists all versions of a template, newest first. Removed templates have them too.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dag versions tpc"})
  int versions(@Parameters(paramLabel = "NAME") String name, @Mixin ListOptions options) {
    return printer.list(
        options,
        () -> ApiRequest.get(P3sService.WORKFLOW, "/dags/{}/versions", name),
        TableLayout.DAG_VERSION);
  }

  @Command(
      description = "Removes a template.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s dag rm tpc", "  p3s dag rm tpc --force"})
  int rm(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--force", description = "Remove it even while its workflows run.")
          boolean force) {
    cli.api()
        .json(
            ApiRequest.delete(P3sService.WORKFLOW, "/dags/{}", name)
                .with("force", force ? "true" : null)
                .asAdmin());
    return ExitCode.DONE;
  }
}
