package org.p3s.broker;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Ids;
import org.p3s.contracts.JobDefined;
import org.p3s.contracts.JobDefinedBuilder;

/** Events {@code job-defined} for tests. */
final class JobDefinitions {

  /** The time limit of jobs, unless a test sets another one. */
  static final long TIMELIMIT_S = 100;

  static JobDefined at(String site) {
    return builder(site, "default").build();
  }

  static JobDefined ofType(String site, String jobtype) {
    return builder(site, jobtype).build();
  }

  /** The second attempt of a job, which must not be given out before that time. */
  static JobDefined retry(String site, String jobtype, Instant notBefore) {
    return builder(site, jobtype).attempt(2).maxattempts(3).notBefore(notBefore).build();
  }

  static JobDefined job(
      UUID uuid,
      @Nullable String site,
      String jobtype,
      int priority,
      @Nullable Instant staleAt,
      Instant definedAt,
      Map<String, String> requirements) {
    return builder(site, jobtype)
        .job(uuid)
        .priority(priority)
        .staleAt(staleAt)
        .definedAt(definedAt)
        .requirements(requirements)
        .build();
  }

  /** A job that a test may change before it builds it. */
  static JobDefinedBuilder builder(@Nullable String site, String jobtype) {
    return JobDefinedBuilder.builder()
        .job(Ids.next())
        .node("node")
        .name("name")
        .jobtype(jobtype)
        .payload("/bin/true")
        .env(Map.of("A", "b"))
        .priority(0)
        .timelimit(TIMELIMIT_S)
        .attempt(1)
        .maxattempts(1)
        .user("jane")
        .site(site)
        .optional(false)
        .requirements(Map.of())
        .inputs(List.of())
        .outputs(List.of("/out/x.dat"))
        .run(12L)
        .definedAt(now());
  }

  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private JobDefinitions() {}
}
