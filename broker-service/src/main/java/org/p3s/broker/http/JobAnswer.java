package org.p3s.broker.http;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.app.Offer;

/**
 * A job for a pilot.
 *
 * @param lease fencing number; goes into every report about the job
 * @param timelimit seconds of wall clock
 * @param inputs paths to look at before the start, {@code outputs} those after the end
 * @param confirmS seconds within which the start is to be reported
 */
record JobAnswer(
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

  static JobAnswer of(Offer offer, Duration confirm) {
    return new JobAnswer(
        offer.job(),
        offer.lease(),
        offer.request(),
        offer.attempt(),
        offer.wfuuid(),
        offer.node(),
        offer.name(),
        offer.jobtype(),
        offer.payload(),
        offer.params(),
        offer.env(),
        offer.infile(),
        offer.timelimit(),
        offer.inputs(),
        offer.outputs(),
        confirm.toMillis() / 1000.0);
  }
}
