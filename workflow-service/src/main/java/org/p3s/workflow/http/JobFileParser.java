package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Ids;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobBuilder;
import org.p3s.workflow.domain.JobState;

/**
 * Parses a job file: an object or a list of objects. Files of the old system are accepted too. All
 * faults are collected, each with its JSON pointer.
 */
final class JobFileParser {

  /** Seconds. */
  private static final long YEAR = 31_536_000;

  private static final Set<String> KEYS =
      Set.of(
          "name",
          "timeout",
          "timelimit",
          "jobtype",
          "payload",
          "params",
          "priority",
          "state",
          "env",
          "infile",
          "site",
          "staleafter",
          "maxattempts",
          "requirements",
          "user");

  /**
   * How many jobs are made of each job of the file.
   *
   * @param replicas 1 or more
   * @param infiles one job for each of them; empty: one job, with the input file of the job file
   */
  record Copies(int replicas, List<String> infiles) {

    static Copies of(@Nullable Integer replicas, @Nullable String infiles) {
      if (replicas != null && replicas < 1) {
        throw ProblemException.invalid("?replicas", "is 1 or more, not " + replicas);
      }
      List<String> files =
          infiles == null || infiles.isBlank()
              ? List.of()
              : Arrays.stream(infiles.split(","))
                  .map(String::strip)
                  .filter(file -> !file.isEmpty())
                  .toList();
      return new Copies(replicas == null ? 1 : replicas, files);
    }

    long perJob() {
      return (long) replicas * Math.max(1, infiles.size());
    }
  }

  private final String user;
  private final Instant now;
  private final List<ProblemItem> faults = new ArrayList<>();

  private JobFileParser(String user, Instant now) {
    this.user = user;
    this.now = now;
  }

  /**
   * Returns all jobs of the file, or throws a problem with every fault.
   *
   * @param max a file that makes more jobs is refused
   */
  static List<Job> parse(
      @Nullable JsonNode file, Copies copies, String user, Instant now, int max) {
    if (file == null || !(file.isArray() || file.isObject())) {
      throw ProblemException.invalid("/", "a job file is a list of jobs, or one job");
    }
    if (file.isArray() && file.isEmpty()) {
      throw ProblemException.invalid("/", "the list of jobs is empty");
    }
    if ((file.isArray() ? file.size() : 1) * copies.perJob() > max) {
      throw ProblemException.invalid("/", "at most " + max + " jobs in one request");
    }
    JobFileParser parser = new JobFileParser(user, now);
    List<Job> jobs = new ArrayList<>();
    for (int replica = 0; replica < copies.replicas(); replica++) {
      if (copies.infiles().isEmpty()) {
        parser.addJobs(file, null, jobs);
      }
      copies.infiles().forEach(infile -> parser.addJobs(file, infile, jobs));
      // Each replica would repeat the same faults.
      RequestFields.refuse(parser.faults);
    }
    return jobs;
  }

  private void addJobs(JsonNode file, @Nullable String infile, List<Job> jobs) {
    if (file.isObject()) {
      jobs.add(job(file, "", infile));
    }
    for (int i = 0; file.isArray() && i < file.size(); i++) {
      jobs.add(job(file.get(i), "/" + i, infile));
    }
  }

  private Job job(JsonNode json, String at, @Nullable String replacedInfile) {
    RequestFields fields = new RequestFields(json, at, KEYS, "a job", faults);
    String payload = fields.text("payload", "");
    if (payload.isBlank()) {
      fields.fault(fields.pointer("payload"), "a job needs a payload");
    }
    String state = fields.text("state", "defined");
    if (!state.equals("defined") && !state.equals("template")) {
      fields.fault(
          fields.pointer("state"), "a job starts as defined or template, not '" + state + "'");
    }
    String infile = replacedInfile == null ? fields.textOrNull("infile") : replacedInfile;
    Map<String, String> env = fields.variables("env");
    if (infile != null) {
      env.put(Job.INPUT_FILE, infile);
    }
    String type = fields.text("jobtype", "default");
    return JobBuilder.builder()
        .uuid(Ids.next())
        .name(fields.text("name", ""))
        .jobtype(type.isBlank() ? "default" : type)
        .payload(payload)
        .params(fields.textOrNull("params"))
        .env(env)
        .infile(infile)
        .priority((int) fields.number("priority", 0, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .timelimit(fields.number(fields.has("timelimit") ? "timelimit" : "timeout", 1000, 1, YEAR))
        .attempt(1)
        .maxattempts((int) fields.number("maxattempts", 1, 1, 100))
        .user(user)
        .site(fields.textOrNull("site"))
        .optional(false)
        .onfailure("stop")
        .requirements(fields.strings("requirements"))
        .inputs(infile == null ? List.of() : List.of(infile))
        .outputs(List.of())
        .staleafter(fields.numberOrNull("staleafter", 1, YEAR))
        .noop(false)
        .parents(List.of())
        .state(state.equals("template") ? JobState.TEMPLATE : JobState.DEFINED)
        .tsDef(now)
        .build();
  }
}
