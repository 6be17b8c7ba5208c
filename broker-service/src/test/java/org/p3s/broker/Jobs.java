package org.p3s.broker;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;

/** Definitions of jobs for tests. */
final class Jobs {

  static JobDefined at(String site) {
    return job(Ids.next(), site, "default", 0, null, now(), Map.of());
  }

  static JobDefined ofType(String site, String jobtype) {
    return job(Ids.next(), site, jobtype, 0, null, now(), Map.of());
  }

  /** The second attempt of a job, not to be given out before that time. */
  static JobDefined retry(String site, String jobtype, Instant notBefore) {
    JobDefined first = ofType(site, jobtype);
    return new JobDefined(
        first.job(),
        first.wfuuid(),
        first.node(),
        first.name(),
        first.jobtype(),
        first.payload(),
        first.params(),
        first.env(),
        first.infile(),
        first.priority(),
        first.timelimit(),
        2,
        3,
        first.user(),
        first.site(),
        first.pUuid(),
        first.optional(),
        first.requirements(),
        first.inputs(),
        first.outputs(),
        first.run(),
        first.subrun(),
        first.definedAt(),
        first.staleAt(),
        notBefore);
  }

  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  static JobDefined job(
      UUID uuid,
      @Nullable String site,
      String jobtype,
      int priority,
      @Nullable Instant staleAt,
      Instant definedAt,
      Map<String, String> requirements) {
    return job(uuid, site, jobtype, priority, staleAt, definedAt, requirements, null, 100, "jane");
  }

  static JobDefined reading(
      boolean optional,
      @Nullable String infile,
      String site,
      String jobtype,
      int priority,
      Instant definedAt) {
    return job(
        Ids.next(),
        optional,
        site,
        jobtype,
        priority,
        null,
        definedAt,
        Map.of(),
        infile,
        100,
        "jane");
  }

  static JobDefined job(
      UUID uuid,
      @Nullable String site,
      String jobtype,
      int priority,
      @Nullable Instant staleAt,
      Instant definedAt,
      Map<String, String> requirements,
      @Nullable String infile,
      long timelimit,
      String user) {
    return job(
        uuid,
        false,
        site,
        jobtype,
        priority,
        staleAt,
        definedAt,
        requirements,
        infile,
        timelimit,
        user);
  }

  private static JobDefined job(
      UUID uuid,
      boolean optional,
      @Nullable String site,
      String jobtype,
      int priority,
      @Nullable Instant staleAt,
      Instant definedAt,
      Map<String, String> requirements,
      @Nullable String infile,
      long timelimit,
      String user) {
    return new JobDefined(
        uuid,
        null,
        "node",
        "name",
        jobtype,
        "/bin/true",
        null,
        Map.of("A", "b"),
        infile,
        priority,
        timelimit,
        1,
        1,
        user,
        site,
        null,
        optional,
        requirements,
        List.of(),
        List.of("/out/x.dat"),
        12L,
        null,
        definedAt,
        staleAt,
        null);
  }

  private Jobs() {}
}
