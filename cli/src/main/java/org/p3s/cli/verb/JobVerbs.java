package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p3s.cli.CommandContext;
import org.p3s.cli.CommandFailure;
import org.p3s.cli.ExitCode;
import org.p3s.cli.api.ApiRequest;
import org.p3s.cli.api.P3sService;
import org.p3s.cli.text.JsonTree;
import org.p3s.cli.text.OutputFormat;
import org.p3s.cli.text.TableLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs for jobs. */
@Command(
    name = "job",
    description = "Jobs: submit, activate, ls, show, log, cancel, adjust, explain, rerun",
    addMethodSubcommands = false)
public final class JobVerbs {

  private final CommandContext cli;
  private final AnswerPrinter printer;

  public JobVerbs(CommandContext cli) {
    this.cli = cli;
    this.printer = new AnswerPrinter(cli);
  }

  @Command(
      description = "Submits all jobs of a job file, or none if one of them is wrong.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s job submit jobs.json --wait",
        "  p3s job submit job.json -N 10",
        "  p3s job submit job.json -f /data/a.raw,/data/b.raw"
      })
  int submit(
      @Parameters(paramLabel = "FILE.json") Path file,
      @Option(names = "-N", paramLabel = "N", description = "Submit each job N times.")
          @Nullable Integer replicas,
      @Option(
              names = "-f",
              paramLabel = "FILE",
              split = ",",
              description = "Submit each job once for each of these input files.")
          @Nullable List<String> infiles,
      @Mixin WaitOptions waiting,
      @Mixin OutputOptions output) {
    byte[] body = JobSubmission.body(file, replicas, infiles);
    JsonNode page =
        cli.api()
            .json(
                ApiRequest.post(P3sService.WORKFLOW, "/jobs")
                    .body("application/json", body)
                    .idempotent());
    List<JsonNode> jobs = new ArrayList<>();
    page.path("items").forEach(jobs::add);
    if (!waiting.wait) {
      printer.print(cli.formatter().page(page, TableLayout.JOB, output.format));
      return ExitCode.DONE;
    }
    if (jobs.stream().anyMatch(job -> job.path("state").asText().equals("template"))) {
      throw CommandFailure.failed(
          "submitted, but --wait is not possible: jobs in state template do not run");
    }
    List<JsonNode> ended = new WaitForEnd(cli, waiting.timeout).forJobs(jobs);
    JsonNode answer = JsonTree.object().set("items", JsonTree.array().addAll(ended));
    printer.print(cli.formatter().page(answer, TableLayout.JOB, output.format));
    return WaitForEnd.exitCode(cli, "job", ended);
  }

  @Command(
      description = "Lists jobs, newest first.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s job ls --state running --watch",
        "  p3s job ls --wfuuid UUID -o json",
        "  p3s job ls --jobtype purity --limit 20",
        "  p3s job ls --state template    (not started, or waiting for their parents)"
      })
  int ls(
      @Option(names = "--state", paramLabel = "STATE") @Nullable String state,
      @Option(names = "--jobtype", paramLabel = "TYPE") @Nullable String jobtype,
      @Option(names = "--wfuuid", paramLabel = "UUID", description = "Jobs of this workflow.")
          @Nullable String wfuuid,
      @Option(names = "--site", paramLabel = "SITE") @Nullable String site,
      @Option(names = "--name", paramLabel = "NAME") @Nullable String name,
      @Option(
              names = "--since",
              paramLabel = "TIME",
              description = "Defined at this time or later.")
          @Nullable String since,
      @Mixin ListOptions options) {
    // The monitor does not know a job before it is defined.
    P3sService service = "template".equals(state) ? P3sService.WORKFLOW : P3sService.MONITOR;
    return printer.list(
        options,
        () ->
            ApiRequest.get(service, "/jobs")
                .with("state", state)
                .with("jobtype", jobtype)
                .with("wfuuid", wfuuid)
                .with("site", site)
                .with("name", name)
                .with("since", since),
        TableLayout.JOB);
  }

  @Command(
      description = "Shows a job.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s job show UUID", "  p3s job show UUID --provenance"})
  int show(
      @Parameters(paramLabel = "UUID") String uuid,
      @Option(
              names = "--provenance",
              description = "How it was made and run: template, environment, files, attempts.")
          boolean provenance,
      @Mixin OutputOptions output) {
    String path = provenance ? "/jobs/{}/provenance" : "/jobs/{}";
    return printer.one(output, ApiRequest.get(P3sService.WORKFLOW, path, uuid), TableLayout.JOB);
  }

  @Command(
      description = {
        "Runs a job that ended again, as a new job.",
        "For a job of a workflow use p3s workflow rerun --from."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  p3s job rerun UUID --wait"})
  int rerun(
      @Parameters(paramLabel = "UUID") String uuid,
      @Mixin WaitOptions waiting,
      @Mixin OutputOptions output) {
    JsonNode job =
        cli.api().json(ApiRequest.post(P3sService.WORKFLOW, "/jobs/{}/rerun", uuid).idempotent());
    if (waiting.wait) {
      job = new WaitForEnd(cli, waiting.timeout).forJobs(List.of(job)).get(0);
    }
    printer.print(cli.formatter().row(job, TableLayout.JOB, output.format));
    return waiting.wait ? WaitForEnd.exitCode(cli, "job", List.of(job)) : ExitCode.DONE;
  }

  @Command(
      description = {
        "Prints the last part of a job's stdout or stderr.",
        "With -f prints both while the job writes; exit code 0 if the job succeeded, else 1."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  p3s job log UUID", "  p3s job log UUID --stderr", "  p3s job log -f UUID"})
  int log(
      @Parameters(paramLabel = "UUID") String uuid,
      @Option(names = "-f", description = "Follow the log until the job ends.") boolean follow,
      @Option(names = "--stderr", description = "Only stderr.") boolean stderr,
      @Option(names = "--attempt", paramLabel = "N", description = "Default: the last one.")
          @Nullable Integer attempt,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FORMAT",
              description = "json or yaml: both streams, and where the files are.")
          @Nullable OutputFormat format) {
    if (follow && (attempt != null || format != null)) {
      throw CommandFailure.usage(
          "-f prints the log while it is written; it can't be used with --attempt or -o");
    }
    if (follow) {
      return new JobLogFollower(cli, uuid, stderr).run();
    }
    JsonNode log =
        cli.api()
            .json(ApiRequest.get(P3sService.BROKER, "/jobs/{}/log", uuid).with("attempt", attempt));
    if (format == OutputFormat.JSON || format == OutputFormat.YAML) {
      printer.print(cli.formatter().one(log, TableLayout.JOB, format));
      return ExitCode.DONE;
    }
    cli.terminal().out().print(log.path(stderr ? "stderr" : "stdout").asText(""));
    cli.terminal().out().flush();
    if (cli.terminal().interactive() && !stderr && !log.path("stderr").asText("").isEmpty()) {
      cli.terminal().note("(the job wrote to stderr too: p3s job log " + uuid + " --stderr)");
    }
    return ExitCode.DONE;
  }

  @Command(
      description = "Cancels jobs; running payloads are stopped.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s job cancel UUID", "  p3s job cancel --jobtype test --state defined --yes"})
  int cancel(@Mixin JobSelectors selectors, @Mixin BulkAction selection) {
    String uuid = selectors.onlyUuid();
    if (uuid != null) {
      // The call for one job says why it is refused; the call for many only counts.
      cli.api().json(ApiRequest.delete(P3sService.WORKFLOW, "/jobs/{}", uuid));
      return report("cancelled", 1, selectors);
    }
    long count =
        runForAll(
            "cancel",
            selectors,
            selection,
            () -> ApiRequest.post(P3sService.WORKFLOW, "/jobs/cancel"));
    return report("cancelled", count, selectors);
  }

  @Command(
      description = "Starts jobs that were submitted in state template.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s job activate UUID", "  p3s job activate --jobtype purity --yes"})
  int activate(
      @Mixin JobSelectors selectors, @Mixin BulkAction selection, @Mixin OutputOptions output) {
    String uuid = selectors.onlyUuid();
    if (uuid != null) {
      ApiRequest request = ApiRequest.patch(P3sService.WORKFLOW, "/jobs/{}", uuid);
      return printer.row(
          output, request.json(JsonTree.object().put("state", "defined")), TableLayout.JOB);
    }
    long count =
        runForAll(
            "start",
            selectors,
            selection,
            () -> ApiRequest.post(P3sService.WORKFLOW, "/jobs/activate"));
    return report("started", count, selectors);
  }

  @Command(
      description = "Changes the priority of waiting jobs.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s job adjust UUID --priority 10",
        "  p3s job adjust --jobtype purity --wfuuid UUID --priority 10 --yes"
      })
  int adjust(
      @Mixin JobSelectors selectors,
      @Option(
              names = "--priority",
              paramLabel = "N",
              required = true,
              description = "Jobs with a higher priority run first.")
          int priority,
      @Mixin BulkAction selection,
      @Mixin OutputOptions output) {
    String uuid = selectors.onlyUuid();
    if (uuid != null) {
      ApiRequest request = ApiRequest.patch(P3sService.WORKFLOW, "/jobs/{}", uuid);
      return printer.row(
          output, request.json(JsonTree.object().put("priority", priority)), TableLayout.JOB);
    }
    long count =
        runForAll(
            "give priority " + priority + " to",
            selectors,
            selection,
            () -> ApiRequest.post(P3sService.WORKFLOW, "/jobs/adjust").with("priority", priority));
    return report("adjusted", count, selectors);
  }

  private long runForAll(
      String action, JobSelectors selectors, BulkAction selection, Supplier<ApiRequest> request) {
    return selection.run(
        cli,
        action,
        "jobs",
        selectors.uuids(),
        selectors.onlyUuids(),
        () -> selectors.addTo(request.get()));
  }

  private int report(String what, long count, JobSelectors selectors) {
    if (count < 0) {
      return ExitCode.DONE;
    }
    int named = selectors.onlyUuids() ? selectors.uuids().size() : 0;
    boolean incomplete = count < named;
    cli.terminal()
        .note(
            what
                + " "
                + count
                + (incomplete ? " of " + named : "")
                + " jobs"
                + (incomplete
                    ? "; the others are unknown, or their state does not allow it any more"
                    : ""));
    return incomplete ? ExitCode.FAILED : ExitCode.DONE;
  }

  @Command(
      description =
          "Explains why a job does not run: the rules that fail and its place in the queue.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s job explain UUID"})
  int explain(@Parameters(paramLabel = "UUID") String uuid, @Mixin OutputOptions output) {
    JsonNode answer = JobExplanation.of(cli, uuid);
    if (output.format == OutputFormat.TABLE) {
      printer.print(JobExplanation.lines(uuid, answer));
    } else {
      printer.print(cli.formatter().one(answer, TableLayout.JOB, output.format));
    }
    return ExitCode.DONE;
  }
}
