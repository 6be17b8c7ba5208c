package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.Failure;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Format;
import org.p3s.cli.text.Json;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Workflows. */
@Command(name = "workflow", description = "Workflows: start, ls, show, cancel")
public final class WorkflowVerbs {

  private final Context cli;
  private final Lists lists;

  public WorkflowVerbs(Context cli) {
    this.cli = cli;
    this.lists = new Lists(cli);
  }

  @Command(
      description = "Makes a workflow of a DAG and starts it.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s workflow start 1filter --files fileinfo.json --wait",
        "  p3s workflow start tpc --name test --state template"
      })
  int start(
      @Parameters(paramLabel = "DAG") String dag,
      @Option(
              names = "--files",
              paramLabel = "FILE.json",
              description = "Names and places of files: {\"src:tgt\": {\"name\", \"dirpath\"}}.")
          @Nullable Path files,
      @Option(
              names = "--jobs",
              paramLabel = "FILE.json",
              description = "What differs in jobs: {\"node\": {\"payload\", \"env\"}}.")
          @Nullable Path jobs,
      @Option(names = "--name", paramLabel = "NAME") @Nullable String name,
      @Option(names = "--state", paramLabel = "STATE", description = "defined, or template.")
          @Nullable String state,
      @Option(names = "--priority", paramLabel = "N") @Nullable Integer priority,
      @Option(names = "--wait", description = "Until it ends; exit 0 if it finished, else 1.")
          boolean wait,
      @Option(names = "--timeout", paramLabel = "TIME", description = "Of --wait: exit 4 after it.")
          @Nullable Duration timeout,
      @Mixin OutputOptions output) {
    if (wait && "template".equals(state)) {
      throw Failure.usage("a workflow in state template does not run: --wait would not end");
    }
    ObjectNode request = Json.object().put("dag", dag);
    if (files != null) {
      request.set("files", Json.file(files));
    }
    if (jobs != null) {
      request.set("jobs", Json.file(jobs));
    }
    if (name != null) {
      request.put("name", name);
    }
    if (state != null) {
      request.put("state", state);
    }
    if (priority != null) {
      request.put("priority", priority);
    }
    JsonNode workflow =
        cli.api().json(Call.post(Service.WORKFLOW, "/workflows").json(request).once());
    if (wait) {
      workflow = new Waiting(cli, timeout).forWorkflow(workflow);
    }
    lists.print(cli.output().row(workflow, Shape.WORKFLOW, output.format));
    return wait ? Waiting.exit(cli, "workflow", List.of(workflow)) : Exit.DONE;
  }

  @Command(
      description = "Lists workflows, newest first.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s workflow ls --state running", "  p3s workflow ls --dag tpc -o json"})
  int ls(
      @Option(names = "--state", paramLabel = "STATE") @Nullable String state,
      @Option(names = "--dag", paramLabel = "DAG") @Nullable String dag,
      @Option(names = "--name", paramLabel = "NAME") @Nullable String name,
      @Mixin ListOptions options) {
    return lists.list(
        options,
        () ->
            Call.get(Service.WORKFLOW, "/workflows")
                .with("state", state)
                .with("dag", dag)
                .with("name", name),
        Shape.WORKFLOW);
  }

  @Command(
      description = "Shows a workflow: its DAG with states, its failures, its data.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s workflow show UUID", "  p3s workflow show UUID -o json"})
  int show(@Parameters(paramLabel = "UUID") String uuid, @Mixin OutputOptions output) {
    JsonNode workflow = cli.api().json(Call.get(Service.WORKFLOW, "/workflows/{}", uuid));
    if (output.format == Format.TABLE) {
      lists.print(
          WorkflowPicture.lines(workflow, cli.terminal(), cli.output(), cli.clock().instant()));
    } else {
      lists.print(cli.output().one(workflow, Shape.WORKFLOW, output.format));
    }
    return Exit.DONE;
  }

  @Command(
      description = "Cancels workflows: what waits never starts, what runs is stopped.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s workflow cancel UUID", "  p3s workflow cancel --dag tpc --state running"})
  int cancel(
      @Parameters(paramLabel = "UUID", arity = "0..*") @Nullable List<String> uuids,
      @Option(names = "--dag", paramLabel = "DAG") @Nullable String dag,
      @Option(names = "--state", paramLabel = "STATE", description = "defined or running.")
          @Nullable String state,
      @Mixin Selection selection) {
    List<String> chosen = uuids == null ? List.of() : uuids;
    if (chosen.isEmpty() == (dag == null && state == null)) {
      throw Failure.usage("give UUIDs, or select by --dag and --state");
    }
    if (chosen.isEmpty()) {
      chosen =
          Selection.all(
                  cli,
                  after ->
                      Call.get(Service.WORKFLOW, "/workflows")
                          .with("dag", dag)
                          .with("state", state)
                          .with("after", after))
              .stream()
              .filter(workflow -> !workflow.hasNonNull("outcome"))
              .map(workflow -> workflow.path("uuid").asText())
              .toList();
      if (!selection.agreed(cli, "cancel", chosen.size(), "workflows")) {
        return Exit.DONE;
      }
    }
    chosen.forEach(uuid -> cli.api().json(Call.delete(Service.WORKFLOW, "/workflows/{}", uuid)));
    cli.terminal().note("cancelled " + chosen.size() + " workflows");
    return Exit.DONE;
  }
}
