package org.p3s.workflow.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Ids;
import org.p3s.platform.problem.ProblemException;
import org.p3s.platform.problem.ProblemItem;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;

/**
 * Reads a job file of the old system or ours: an object or a list of objects. Every scalar may be a
 * string. All faults are collected, each with its JSON pointer.
 */
final class JobFileParser {

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
   * How often each job of the file is wanted.
   *
   * @param replicas 1 or more
   * @param infiles one job for each of them; none: as the file has it
   */
  record Times(int replicas, List<String> infiles) {

    static Times of(@Nullable Integer replicas, @Nullable String infiles) {
      if (replicas != null && replicas < 1) {
        throw ProblemException.invalid("?replicas", "is 1 or more, not " + replicas);
      }
      List<String> files =
          infiles == null || infiles.isBlank()
              ? List.of()
              : java.util.Arrays.stream(infiles.split(","))
                  .map(String::strip)
                  .filter(file -> !file.isEmpty())
                  .toList();
      return new Times(replicas == null ? 1 : replicas, files);
    }

    long each() {
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

  /** All jobs of the file, or a problem that names every fault. */
  static List<Job> read(@Nullable JsonNode file, Times times, String user, Instant now, int most) {
    if (file == null || !(file.isArray() || file.isObject())) {
      throw ProblemException.invalid("/", "a job file is a list of jobs, or one job");
    }
    if (file.isArray() && file.isEmpty()) {
      throw ProblemException.invalid("/", "the list of jobs is empty");
    }
    if ((file.isArray() ? file.size() : 1) * times.each() > most) {
      throw ProblemException.invalid("/", "at most " + most + " jobs in one request");
    }
    JobFileParser reader = new JobFileParser(user, now);
    List<Job> jobs = new ArrayList<>();
    for (int replica = 0; replica < times.replicas(); replica++) {
      if (times.infiles().isEmpty()) {
        reader.all(file, null, jobs);
      }
      times.infiles().forEach(infile -> reader.all(file, infile, jobs));
      // The same faults again would tell nothing.
      RequestFields.refuse(reader.faults);
    }
    return jobs;
  }

  private void all(JsonNode file, @Nullable String infile, List<Job> jobs) {
    if (file.isObject()) {
      jobs.add(job(file, "", infile));
    }
    for (int i = 0; file.isArray() && i < file.size(); i++) {
      jobs.add(job(file.get(i), "/" + i, infile));
    }
  }

  private Job job(JsonNode json, String at, @Nullable String given) {
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
    String infile = given == null ? fields.textOrNull("infile") : given;
    Map<String, String> env = fields.variables("env");
    if (infile != null) {
      env.put(Job.INPUT_FILE, infile);
    }
    String type = fields.text("jobtype", "default");
    return new Job(
        Ids.next(),
        null,
        null,
        fields.text("name", ""),
        type.isBlank() ? "default" : type,
        payload,
        fields.textOrNull("params"),
        env,
        infile,
        (int) fields.number("priority", 0, Integer.MIN_VALUE, Integer.MAX_VALUE),
        fields.number(fields.has("timelimit") ? "timelimit" : "timeout", 1000, 1, YEAR),
        1,
        (int) fields.number("maxattempts", 1, 1, 100),
        user,
        fields.textOrNull("site"),
        null,
        false,
        "stop",
        fields.strings("requirements"),
        infile == null ? List.of() : List.of(infile),
        List.of(),
        fields.numberOrNull("staleafter", 1, YEAR),
        null,
        null,
        false,
        List.<UUID>of(),
        state.equals("template") ? JobState.TEMPLATE : JobState.DEFINED,
        now,
        null);
  }
}
