package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.ExitCode;
import org.p3s.cli.InputFiles;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.api.RequestRefused;
import org.p3s.cli.text.JsonTree;
import org.p3s.cli.text.OutputFormat;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs for workflows. */
@Command(
    name = "workflow",
    description = "Workflows: start, activate, ls, show, cancel, rerun, mark",
    addMethodSubcommands = false)
public final class WorkflowVerbs {

  private static final String DRY_RUN = "Only show what would be made.";

  private final CommandContext cli;
  private final AnswerPrinter printer;

  public WorkflowVerbs(CommandContext cli) {
    this.cli = cli;
    this.printer = new AnswerPrinter(cli);
  }

  @Command(
      description = "Makes a workflow from a DAG and starts it.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s workflow start 1filter --files fileinfo.json --wait",
        "  p3s workflow start tpc --name test --state template",
        "  p3s workflow start tpc --files sticky --run 5141 --dry-run"
      })
  int start(
      @Parameters(paramLabel = "DAG") String dag,
      @Option(
              names = "--files",
              paramLabel = "FILE.json",
              description = {
                "Names and directories of files: {\"src:tgt\": {\"name\", \"dirpath\"}},",
                "for parallel edges \"src:tgt:datatag\" or \"src:tgt:edge name\";",
                "or the word sticky, or inherit:X, for all files."
              })
          @Nullable String files,
      @Option(
              names = "--jobs",
              paramLabel = "FILE.json",
              description = "Changes of jobs: {\"node\": {\"payload\", \"env\"}}.")
          @Nullable Path jobs,
      @Option(names = "--name", paramLabel = "NAME") @Nullable String name,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              description = "defined (default) or template.")
          @Nullable String state,
      @Option(names = "--priority", paramLabel = "N") @Nullable Integer priority,
      @Option(
              names = "--run",
              paramLabel = "N",
              description = "Run number, used in names of files.")
          @Nullable Long run,
      @Option(names = "--subrun", paramLabel = "N") @Nullable Long subrun,
      @Option(names = "--dry-run", description = DRY_RUN) boolean dryRun,
      @Mixin WaitOptions waiting,
      @Mixin OutputOptions output) {
    if (waiting.wait && "template".equals(state)) {
      throw CommandFailure.usage(
          "--wait is not possible with --state template: the workflow does not run");
    }
    ObjectNode body = JsonTree.object().put("dag", dag);
    if (files != null) {
      body.set("files", files(files));
    }
    if (jobs != null) {
      body.set("jobs", InputFiles.json(jobs));
    }
    if (name != null) {
      body.put("name", name);
    }
    if (state != null) {
      body.put("state", state);
    }
    if (priority != null) {
      body.put("priority", priority);
    }
    if (run != null) {
      body.put("run", run);
    }
    if (subrun != null) {
      body.put("subrun", subrun);
    }
    ApiRequest request = ApiRequest.post(P3sService.WORKFLOW, "/workflows").json(body);
    return dryRun ? preview(request, output) : make(request, waiting, output);
  }

  private static JsonNode files(String files) {
    boolean keyword = files.equals("sticky") || files.startsWith("inherit:");
    return keyword ? TextNode.valueOf(files) : InputFiles.json(Path.of(files));
  }

  private int preview(ApiRequest request, OutputOptions output) {
    JsonNode workflow = cli.api().json(request.with("dry_run", true));
    if (output.format == OutputFormat.TABLE) {
      printer.print(WorkflowPreviewText.lines(workflow, cli.terminal()));
    } else {
      printer.print(cli.formatter().one(workflow, TableLayout.WORKFLOW, output.format));
    }
    return ExitCode.DONE;
  }

  private int make(ApiRequest request, WaitOptions waiting, OutputOptions output) {
    JsonNode workflow = cli.api().json(request.idempotent());
    if (waiting.wait) {
      workflow = new WaitForEnd(cli, waiting.timeout).forWorkflow(workflow);
    }
    printer.print(cli.formatter().row(workflow, TableLayout.WORKFLOW, output.format));
    return waiting.wait ? WaitForEnd.exitCode(cli, "workflow", List.of(workflow)) : ExitCode.DONE;
  }

  @Command(
      description = "Starts a workflow that was made with --state template.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s workflow activate UUID", "  p3s workflow activate UUID --wait"})
  int activate(
      @Parameters(paramLabel = "UUID") String uuid,
      @Mixin WaitOptions waiting,
      @Mixin OutputOptions output) {
    ApiRequest request =
        ApiRequest.patch(P3sService.WORKFLOW, "/workflows/{}", uuid)
            .json(JsonTree.object().put("state", "defined"));
    return make(request, waiting, output);
  }

  @Command(
      description = {
        "Runs a workflow that ended again, as a new workflow. With --failed only the jobs that did",
        "not succeed, with --from also this node, and in both cases all jobs that follow."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s workflow rerun UUID --failed --wait",
        "  p3s workflow rerun UUID --from reco --dry-run"
      })
  int rerun(
      @Parameters(paramLabel = "UUID") String uuid,
      @Option(
              names = "--from",
              paramLabel = "NODE",
              description = "Run this node and what follows.")
          @Nullable String from,
      @Option(names = "--failed", description = "Run what did not succeed and what follows.")
          boolean failed,
      @Option(names = "--dry-run", description = DRY_RUN) boolean dryRun,
      @Mixin WaitOptions waiting,
      @Mixin OutputOptions output) {
    ObjectNode body = JsonTree.object();
    if (from != null) {
      body.put("from", from);
    }
    if (failed) {
      body.put("failed", true);
    }
    ApiRequest request =
        ApiRequest.post(P3sService.WORKFLOW, "/workflows/{}/rerun", uuid).json(body);
    return dryRun ? preview(request, output) : make(request, waiting, output);
  }

  @Command(
      description = "Marks ended workflows for reprocessing; a rerun removes the mark.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s workflow mark UUID", "  p3s workflow mark UUID --off"})
  int mark(
      @Parameters(paramLabel = "UUID", arity = "1..*") List<String> uuids,
      @Option(names = "--off", description = "Remove the mark.") boolean off) {
    for (String uuid : uuids) {
      cli.api()
          .json(
              ApiRequest.patch(P3sService.WORKFLOW, "/workflows/{}", uuid)
                  .json(JsonTree.object().put("reprocess", !off)));
    }
    return ExitCode.DONE;
  }

  @Command(
      description = "Lists workflows, newest first.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s workflow ls --state running",
        "  p3s workflow ls --dag tpc -o json",
        "  p3s workflow ls --reprocess"
      })
  int ls(
      @Option(names = "--state", paramLabel = "STATE") @Nullable String state,
      @Option(names = "--dag", paramLabel = "DAG") @Nullable String dag,
      @Option(names = "--name", paramLabel = "NAME") @Nullable String name,
      @Option(
              names = "--reprocess",
              description = "Only workflows that are marked for reprocessing.")
          boolean reprocess,
      @Option(
              names = "--rerun-of",
              paramLabel = "UUID",
              description = "Only reruns of this workflow.")
          @Nullable String rerunOf,
      @Mixin ListOptions options) {
    return printer.list(
        options,
        () ->
            ApiRequest.get(P3sService.WORKFLOW, "/workflows")
                .with("state", state)
                .with("dag", dag)
                .with("name", name)
                .with("reprocess", reprocess ? "true" : null)
                .with("rerun_of", rerunOf),
        TableLayout.WORKFLOW);
  }

  @Command(
      description = "Shows a workflow: its DAG with states, its failures, its data.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s workflow show UUID", "  p3s workflow show UUID -o json"})
  int show(@Parameters(paramLabel = "UUID") String uuid, @Mixin OutputOptions output) {
    JsonNode workflow = cli.api().json(ApiRequest.get(P3sService.WORKFLOW, "/workflows/{}", uuid));
    if (output.format == OutputFormat.TABLE) {
      printer.print(
          WorkflowText.lines(workflow, cli.terminal(), cli.formatter(), cli.clock().instant()));
    } else {
      printer.print(cli.formatter().one(workflow, TableLayout.WORKFLOW, output.format));
    }
    return ExitCode.DONE;
  }

  @Command(
      description = "Cancels workflows: waiting jobs do not start, running payloads are stopped.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s workflow cancel UUID", "  p3s workflow cancel --dag tpc --state running"})
  int cancel(
      @Parameters(paramLabel = "UUID", arity = "0..*") @Nullable List<String> uuids,
      @Option(names = "--dag", paramLabel = "DAG") @Nullable String dag,
      @Option(names = "--state", paramLabel = "STATE", description = "defined or running.")
          @Nullable String state,
      @Mixin BulkAction selection) {
    List<String> chosen = uuids == null ? List.of() : uuids;
    if (chosen.isEmpty() == (dag == null && state == null)) {
      throw CommandFailure.usage("give UUIDs, or select by --dag and --state");
    }
    if (chosen.isEmpty()) {
      chosen =
          BulkAction.readAll(
                  cli,
                  after ->
                      ApiRequest.get(P3sService.WORKFLOW, "/workflows")
                          .with("dag", dag)
                          .with("state", state)
                          .with("after", after))
              .stream()
              .filter(workflow -> !workflow.hasNonNull("outcome"))
              .map(workflow -> workflow.path("uuid").asText())
              .toList();
      if (!selection.confirmed(cli, "cancel", chosen.size(), "workflows")) {
        return ExitCode.DONE;
      }
    }
    return cancelEach(chosen, uuids == null || uuids.isEmpty());
  }

  /**
   * Cancels workflows one by one.
   *
   * @param selected true if they were selected by options, not named: then one that has ended in
   *     the meantime is not an error
   */
  private int cancelEach(List<String> uuids, boolean selected) {
    RequestRefused first = null;
    int refused = 0;
    for (String uuid : uuids) {
      try {
        cli.api().json(ApiRequest.delete(P3sService.WORKFLOW, "/workflows/{}", uuid));
      } catch (RequestRefused e) {
        if (e.status() != 409 && e.status() != 404) {
          throw e;
        }
        first = first == null ? e : first;
        refused++;
      }
    }
    String ended = refused == 0 ? "" : "; " + refused + " had ended already";
    cli.terminal().note("cancelled " + (uuids.size() - refused) + " workflows" + ended);
    if (first != null && !selected) {
      throw first;
    }
    return ExitCode.DONE;
  }
}
