package org.p3s.broker.postgres;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.FairShare;
import org.p3s.contracts.JobDefined;

/**
 * A sub-queue of the waiting jobs with the same requirements. The id is a hash of them.
 *
 * @param timelimit the same for all jobs of the lane, so that either all of them can end within a
 *     pilot's life or none
 * @param share the user, if jobs are shared out among users; else null
 */
record Lane(
    UUID id,
    String jobtype,
    @Nullable String site,
    String requirements,
    long timelimit,
    @Nullable String share) {

  static Lane of(JobDefined job, FairShare fair) {
    String user = job.user();
    String share = fair == FairShare.USER ? (user == null ? "" : user) : null;
    String requirements = JsonColumns.text(job.requirements());
    String site = job.site();
    // The lengths tell apart values that would look the same when they are joined.
    String all =
        job.jobtype().length()
            + ":"
            + job.jobtype()
            + (site == null ? "-" : site.length() + ":" + site)
            + requirements
            + job.timelimit()
            + (share == null ? "" : ":" + share);
    return new Lane(
        UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)),
        job.jobtype(),
        site,
        requirements,
        job.timelimit(),
        share);
  }
}
