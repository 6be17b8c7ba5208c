package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.Context;
import org.p3s.cli.Exit;
import org.p3s.cli.Failure;
import org.p3s.cli.api.Call;
import org.p3s.cli.api.Refused;
import org.p3s.cli.api.Service;
import org.p3s.cli.text.Format;
import org.p3s.cli.text.Json;
import org.p3s.cli.text.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Workflows. */
@Command(
    name = "workflow",
    description = "Workflows: start, activate, ls, show, cancel, rerun, mark")
public final class WorkflowVerbs {

  private static final String DRY_RUN = "Shows what would be made, and makes nothing.";

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
        "  p3s workflow start tpc --name test --state template",
        "  p3s workflow start tpc --files sticky --run 5141 --dry-run"
      })
  int start(
      @Parameters(paramLabel = "DAG") String dag,
      @Option(
              names = "--files",
              paramLabel = "FILE.json",
              description = {
                "Names and places of files: {\"src:tgt\": {\"name\", \"dirpath\"}},",
                "one of parallel edges by \"src:tgt:datatag\" or \"src:tgt:edge name\";",
                "or the word sticky, or inherit:X, for all of them."
              })
          @Nullable String files,
      @Option(
              names = "--jobs",
              paramLabel = "FILE.json",
              description = "What differs in jobs: {\"node\": {\"payload\", \"env\"}}.")
          @Nullable Path jobs,
      @Option(names = "--name", paramLabel = "NAME") @Nullable String name,
      @Option(names = "--state", paramLabel = "STATE", description = "defined, or template.")
          @Nullable String state,
      @Option(names = "--priority", paramLabel = "N") @Nullable Integer priority,
      @Option(names = "--run", paramLabel = "N", description = "Run number, for names of files.")
          @Nullable Long run,
      @Option(names = "--subrun", paramLabel = "N") @Nullable Long subrun,
      @Option(names = "--dry-run", description = DRY_RUN) boolean dryRun,
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
      request.set("files", files(files));
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
    if (run != null) {
      request.put("run", run);
    }
    if (subrun != null) {
      request.put("subrun", subrun);
    }
    Call call = Call.post(Service.WORKFLOW, "/workflows").json(request);
    return dryRun ? preview(call, output) : make(call, wait, timeout, output);
  }

  private static JsonNode files(String files) {
    boolean word = files.equals("sticky") || files.startsWith("inherit:");
    return word ? TextNode.valueOf(files) : Json.file(Path.of(files));
  }

  private int preview(Call call, OutputOptions output) {
    JsonNode workflow = cli.api().json(call.with("dry_run", true));
    if (output.format == Format.TABLE) {
      lists.print(WorkflowPreview.lines(workflow, cli.terminal()));
    } else {
      lists.print(cli.output().one(workflow, Shape.WORKFLOW, output.format));
    }
    return Exit.DONE;
  }

  private int make(Call call, boolean wait, @Nullable Duration timeout, OutputOptions output) {
    JsonNode workflow = cli.api().json(call.once());
    if (wait) {
      workflow = new Waiting(cli, timeout).forWorkflow(workflow);
    }
    lists.print(cli.output().row(workflow, Shape.WORKFLOW, output.format));
    return wait ? Waiting.exit(cli, "workflow", List.of(workflow)) : Exit.DONE;
  }

  @Command(
      description = "Starts a workflow that was made with --state template.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s workflow activate UUID", "  p3s workflow activate UUID --wait"})
  int activate(
      @Parameters(paramLabel = "UUID") String uuid,
      @Option(names = "--wait", description = "Until it ends; exit 0 if it finished, else 1.")
          boolean wait,
      @Option(names = "--timeout", paramLabel = "TIME", description = "Of --wait: exit 4 after it.")
          @Nullable Duration timeout,
      @Mixin OutputOptions output) {
    Call call =
        Call.patch(Service.WORKFLOW, "/workflows/{}", uuid)
            .json(Json.object().put("state", "defined"));
    return make(call, wait, timeout, output);
  }

  @Command(
      description = {
        "Does a workflow that ended again, as a new workflow: all of it, or with --failed what did",
        "not succeed, or with --from also that node; always with all that comes after."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s workflow rerun UUID --failed --wait",
        "  p3s workflow rerun UUID --from reco --dry-run"
      })
  int rerun(
      @Parameters(paramLabel = "UUID") String uuid,
      @Option(names = "--from", paramLabel = "NODE", description = "This node and what follows.")
          @Nullable String from,
      @Option(names = "--failed", description = "What did not succeed, and what follows.")
          boolean failed,
      @Option(names = "--dry-run", description = DRY_RUN) boolean dryRun,
      @Option(names = "--wait", description = "Until it ends; exit 0 if it finished, else 1.")
          boolean wait,
      @Option(names = "--timeout", paramLabel = "TIME", description = "Of --wait: exit 4 after it.")
          @Nullable Duration timeout,
      @Mixin OutputOptions output) {
    ObjectNode request = Json.object();
    if (from != null) {
      request.put("from", from);
    }
    if (failed) {
      request.put("failed", true);
    }
    Call call = Call.post(Service.WORKFLOW, "/workflows/{}/rerun", uuid).json(request);
    return dryRun ? preview(call, output) : make(call, wait, timeout, output);
  }

  @Command(
      description = "Marks workflows that ended for reprocessing; a rerun takes the mark away.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s workflow mark UUID", "  p3s workflow mark UUID --off"})
  int mark(
      @Parameters(paramLabel = "UUID", arity = "1..*") List<String> uuids,
      @Option(names = "--off", description = "Takes the mark away.") boolean off) {
    for (String uuid : uuids) {
      cli.api()
          .json(
              Call.patch(Service.WORKFLOW, "/workflows/{}", uuid)
                  .json(Json.object().put("reprocess", !off)));
    }
    return Exit.DONE;
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
      @Option(names = "--reprocess", description = "Those that are marked for reprocessing.")
          boolean reprocess,
      @Option(names = "--rerun-of", paramLabel = "UUID", description = "Reruns of this one.")
          @Nullable String rerunOf,
      @Mixin ListOptions options) {
    return lists.list(
        options,
        () ->
            Call.get(Service.WORKFLOW, "/workflows")
                .with("state", state)
                .with("dag", dag)
                .with("name", name)
                .with("reprocess", reprocess ? "true" : null)
                .with("rerun_of", rerunOf),
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
    return cancelEach(chosen, uuids == null || uuids.isEmpty());
  }

  /**
   * @param selected true if nobody named them: one that has ended meanwhile is no failure then
   */
  private int cancelEach(List<String> uuids, boolean selected) {
    Refused first = null;
    int refused = 0;
    for (String uuid : uuids) {
      try {
        cli.api().json(Call.delete(Service.WORKFLOW, "/workflows/{}", uuid));
      } catch (Refused e) {
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
    return Exit.DONE;
  }
}
