package org.p3s.broker.postgres;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.JobDefined;

/** What jobs of one kind ask of a seat; the id follows from that. */
record Lane(UUID id, String jobtype, @Nullable String site, String requirements) {

  static Lane of(JobDefined job) {
    String requirements = Rows.json(job.requirements());
    String site = job.site();
    // Lengths keep apart what the values alone might not.
    String all =
        job.jobtype().length()
            + ":"
            + job.jobtype()
            + (site == null ? "-" : site.length() + ":" + site)
            + requirements;
    return new Lane(
        UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)),
        job.jobtype(),
        site,
        requirements);
  }
}
