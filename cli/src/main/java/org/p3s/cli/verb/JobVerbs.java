package org.p3s.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
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

/** Jobs. */
@Command(
    name = "job",
    description = "Jobs: submit, activate, ls, show, log, cancel, adjust, explain, rerun")
public final class JobVerbs {

  private final Context cli;
  private final Lists lists;

  public JobVerbs(Context cli) {
    this.cli = cli;
    this.lists = new Lists(cli);
  }

  @Command(
      description = "Submits the jobs of a job file, all or none.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  p3s job submit jobs.json --wait",
        "  p3s job submit job.json -N 10",
        "  p3s job submit job.json -f /data/a.raw,/data/b.raw"
      })
  int submit(
      @Parameters(paramLabel = "FILE.json") Path file,
      @Option(names = "-N", paramLabel = "N", description = "Each job N times.")
          @Nullable Integer replicas,
      @Option(
              names = "-f",
              paramLabel = "FILE",
              split = ",",
              description = "Each job once for each of these input files.")
          @Nullable List<String> infiles,
      @Option(names = "--wait", description = "Until all end; exit 0 if all succeeded, else 1.")
          boolean wait,
      @Option(names = "--timeout", paramLabel = "TIME", description = "Of --wait: exit 4 after it.")
          @Nullable Duration timeout,
      @Mixin OutputOptions output) {
    byte[] body = JobFiles.body(file, replicas, infiles);
    JsonNode page =
        cli.api().json(Call.post(Service.WORKFLOW, "/jobs").body("application/json", body).once());
    List<JsonNode> jobs = new ArrayList<>();
    page.path("items").forEach(jobs::add);
    if (!wait) {
      lists.print(cli.output().page(page, Shape.JOB, output.format));
      return Exit.DONE;
    }
    if (jobs.stream().anyMatch(job -> job.path("state").asText().equals("template"))) {
      throw Failure.failed("submitted, but jobs in state template do not run: nothing to wait for");
    }
    List<JsonNode> ended = new Waiting(cli, timeout).forJobs(jobs);
    JsonNode answer = Json.object().set("items", Json.array().addAll(ended));
    lists.print(cli.output().page(answer, Shape.JOB, output.format));
    return Waiting.exit(cli, "job", ended);
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
              description = "Defined at that time or later.")
          @Nullable String since,
      @Mixin ListOptions options) {
    // The monitor hears of a job when it is defined.
    Service asked = "template".equals(state) ? Service.WORKFLOW : Service.MONITOR;
    return lists.list(
        options,
        () ->
            Call.get(asked, "/jobs")
                .with("state", state)
                .with("jobtype", jobtype)
                .with("wfuuid", wfuuid)
                .with("site", site)
                .with("name", name)
                .with("since", since),
        Shape.JOB);
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
    return lists.one(output, Call.get(Service.WORKFLOW, path, uuid), Shape.JOB);
  }

  @Command(
      description = {
        "Does a job that ended again, as a new job.",
        "A job of a workflow: see p3s workflow rerun --from."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  p3s job rerun UUID --wait"})
  int rerun(
      @Parameters(paramLabel = "UUID") String uuid,
      @Option(names = "--wait", description = "Until it ends; exit 0 if it succeeded, else 1.")
          boolean wait,
      @Option(names = "--timeout", paramLabel = "TIME", description = "Of --wait: exit 4 after it.")
          @Nullable Duration timeout,
      @Mixin OutputOptions output) {
    JsonNode job = cli.api().json(Call.post(Service.WORKFLOW, "/jobs/{}/rerun", uuid).once());
    if (wait) {
      job = new Waiting(cli, timeout).forJobs(List.of(job)).get(0);
    }
    lists.print(cli.output().row(job, Shape.JOB, output.format));
    return wait ? Waiting.exit(cli, "job", List.of(job)) : Exit.DONE;
  }

  @Command(
      description = {
        "Prints the last part of what a job wrote to stdout, or to stderr.",
        "With -f both, as they are written, until the job ends; exit 0 if it succeeded, else 1."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  p3s job log UUID", "  p3s job log UUID --stderr", "  p3s job log -f UUID"})
  int log(
      @Parameters(paramLabel = "UUID") String uuid,
      @Option(names = "-f", description = "Go on with what is written until the job ends.")
          boolean follow,
      @Option(names = "--stderr", description = "What it wrote to stderr, only that.")
          boolean stderr,
      @Option(names = "--attempt", paramLabel = "N", description = "Default: the last one.")
          @Nullable Integer attempt,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FORMAT",
              description = "json or yaml: both streams, and where they are kept.")
          @Nullable Format format) {
    if (follow && (attempt != null || format != null)) {
      throw Failure.usage("-f prints the log as it is written; leave out --attempt and -o");
    }
    if (follow) {
      return new LogFollow(cli, uuid, stderr).run();
    }
    JsonNode log =
        cli.api().json(Call.get(Service.BROKER, "/jobs/{}/log", uuid).with("attempt", attempt));
    if (format == Format.JSON || format == Format.YAML) {
      lists.print(cli.output().one(log, Shape.JOB, format));
      return Exit.DONE;
    }
    cli.terminal().out().print(log.path(stderr ? "stderr" : "stdout").asText(""));
    cli.terminal().out().flush();
    if (cli.terminal().live() && !stderr && !log.path("stderr").asText("").isEmpty()) {
      cli.terminal().note("(it wrote to stderr too: p3s job log " + uuid + " --stderr)");
    }
    return Exit.DONE;
  }

  @Command(
      description = "Cancels jobs; a payload that runs is stopped.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s job cancel UUID", "  p3s job cancel --jobtype test --state defined --yes"})
  int cancel(@Mixin JobSelectors selectors, @Mixin Selection selection) {
    String one = selectors.one();
    if (one != null) {
      // One by name: a refusal says why.
      cli.api().json(Call.delete(Service.WORKFLOW, "/jobs/{}", one));
      return told("cancelled", 1, selectors);
    }
    long count =
        many("cancel", selectors, selection, () -> Call.post(Service.WORKFLOW, "/jobs/cancel"));
    return told("cancelled", count, selectors);
  }

  @Command(
      description = "Starts jobs that were submitted in state template.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s job activate UUID", "  p3s job activate --jobtype purity --yes"})
  int activate(
      @Mixin JobSelectors selectors, @Mixin Selection selection, @Mixin OutputOptions output) {
    String one = selectors.one();
    if (one != null) {
      Call call = Call.patch(Service.WORKFLOW, "/jobs/{}", one);
      return lists.row(output, call.json(Json.object().put("state", "defined")), Shape.JOB);
    }
    long count =
        many("start", selectors, selection, () -> Call.post(Service.WORKFLOW, "/jobs/activate"));
    return told("started", count, selectors);
  }

  @Command(
      description = "Changes the priority of jobs that wait.",
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
              description = "Higher first.")
          int priority,
      @Mixin Selection selection,
      @Mixin OutputOptions output) {
    String one = selectors.one();
    if (one != null) {
      Call call = Call.patch(Service.WORKFLOW, "/jobs/{}", one);
      return lists.row(output, call.json(Json.object().put("priority", priority)), Shape.JOB);
    }
    long count =
        many(
            "give priority " + priority + " to",
            selectors,
            selection,
            () -> Call.post(Service.WORKFLOW, "/jobs/adjust").with("priority", priority));
    return told("adjusted", count, selectors);
  }

  private long many(
      String action, JobSelectors selectors, Selection selection, Supplier<Call> call) {
    return selection.run(
        cli,
        action,
        "jobs",
        selectors.uuids(),
        selectors.onlyUuids(),
        () -> selectors.with(call.get()));
  }

  private int told(String what, long count, JobSelectors selectors) {
    if (count < 0) {
      return Exit.DONE;
    }
    int named = selectors.onlyUuids() ? selectors.uuids().size() : 0;
    boolean fewer = count < named;
    cli.terminal()
        .note(
            what
                + " "
                + count
                + (fewer ? " of " + named : "")
                + " jobs"
                + (fewer ? "; the others are unknown, or it is too late for them" : ""));
    return fewer ? Exit.FAILED : Exit.DONE;
  }

  @Command(
      description = "Says why a job does not run: the rule that fails, its place in the queue.",
      footerHeading = "%nExamples:%n",
      footer = {"  p3s job explain UUID"})
  int explain(@Parameters(paramLabel = "UUID") String uuid, @Mixin OutputOptions output) {
    JsonNode answer = Explanation.of(cli, uuid);
    if (output.format == Format.TABLE) {
      lists.print(Explanation.lines(uuid, answer));
    } else {
      lists.print(cli.output().one(answer, Shape.JOB, output.format));
    }
    return Exit.DONE;
  }
}
