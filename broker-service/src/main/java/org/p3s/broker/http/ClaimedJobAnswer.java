package org.p3s.broker.http;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.ClaimedJob;

/**
 * The answer to a pilot that asked for a job.
 *
 * @param lease the fencing number, which every report about the job has to carry
 * @param timelimit seconds of wall clock
 * @param inputs paths that the pilot observes before the start; {@code outputs}: after the end
 * @param confirmS seconds within which the pilot has to report the start
 */
record ClaimedJobAnswer(
    UUID job,
    long lease,
    UUID request,
    int attempt,
    @Nullable UUID wfuuid,
    @Nullable String node,
    String name,
    String jobtype,
    String payload,
    @Nullable String params,
    Map<String, String> env,
    @Nullable String infile,
    long timelimit,
    List<String> inputs,
    List<String> outputs,
    double confirmS) {

  static ClaimedJobAnswer of(ClaimedJob job, Duration confirm) {
    return new ClaimedJobAnswer(
        job.job(),
        job.lease(),
        job.request(),
        job.attempt(),
        job.wfuuid(),
        job.node(),
        job.name(),
        job.jobtype(),
        job.payload(),
        job.params(),
        job.env(),
        job.infile(),
        job.timelimit(),
        job.inputs(),
        job.outputs(),
        confirm.toMillis() / 1000.0);
  }
}
