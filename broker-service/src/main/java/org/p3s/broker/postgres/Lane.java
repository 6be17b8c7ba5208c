package org.p3s.broker.postgres;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.FairShare;
import org.p3s.contracts.JobDefined;

/**
 * What jobs of one kind ask of a seat; the id follows from that.
 *
 * @param timelimit one per lane, so that all of its jobs end within a pilot's life or none
 * @param share the user, if jobs are shared out among users
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
    String requirements = Rows.json(job.requirements());
    String site = job.site();
    // Lengths keep apart what the values alone might not.
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
