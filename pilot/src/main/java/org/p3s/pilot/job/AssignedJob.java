package org.p3s.pilot.job;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.pilot.http.JsonFields;

/**
 * A job that the broker has assigned to this pilot.
 *
 * @param lease the fencing number of the lease; all reports about the job carry it
 * @param timelimit seconds of wall clock time
 * @param inputs the files that the payload reads
 * @param outputs the files that the payload should write
 */
public record AssignedJob(
    UUID job,
    long lease,
    int attempt,
    String name,
    String payload,
    @Nullable String params,
    Map<String, String> env,
    long timelimit,
    List<String> inputs,
    List<String> outputs) {

  private static final long DEFAULT_TIMELIMIT = 1000;

  /**
   * Reads the broker's answer.
   *
   * @throws IOException if a required field is missing
   * @throws IllegalArgumentException if an id or a number cannot be read
   */
  public static AssignedJob of(JsonFields answer) throws IOException {
    return new AssignedJob(
        UUID.fromString(answer.required("job")),
        Long.parseLong(answer.required("lease")),
        (int) answer.number("attempt", 1),
        answer.text("name", "?"),
        answer.required("payload"),
        answer.text("params"),
        answer.textMap("env"),
        answer.number("timelimit", DEFAULT_TIMELIMIT),
        answer.texts("inputs"),
        answer.texts("outputs"));
  }

  /** The job and the attempt: the name of the job's directory. */
  public String attemptId() {
    return job + "." + attempt;
  }

  public boolean hasSameLease(AssignedJob other) {
    return job.equals(other.job) && lease == other.lease;
  }
}
