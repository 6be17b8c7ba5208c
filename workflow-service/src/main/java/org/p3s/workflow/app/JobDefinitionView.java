package org.p3s.workflow.app;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;

/**
 * A job as the API shows it.
 *
 * @param outcome {@code success} or {@code failure}; null before the end
 * @param timelimit seconds of wall clock
 */
@RecordBuilder
public record JobDefinitionView(
    UUID uuid,
    String name,
    String jobtype,
    @Nullable String user,
    @Nullable String site,
    @Nullable String host,
    String state,
    @Nullable String outcome,
    int priority,
    long timelimit,
    int attempt,
    int maxattempts,
    String payload,
    @Nullable String params,
    Map<String, String> env,
    @Nullable String infile,
    @Nullable UUID wfuuid,
    @Nullable String node,
    @Nullable UUID pUuid,
    @Nullable Long pid,
    @Nullable Integer errcode,
    @Nullable Integer signal,
    @Nullable String reason,
    @Nullable Instant tsDef,
    @Nullable Instant tsDis,
    @Nullable Instant tsSta,
    @Nullable Instant tsSto,
    @Nullable Instant staleAt,
    @Nullable Double cpuS,
    @Nullable Long maxRssKib,
    @Nullable String hostWorkdir,
    @Nullable UUID rerunOf) {

  /** A job of a preview, which is not stored. */
  static JobDefinitionView preview(Job job) {
    return JobDefinitionViewBuilder.builder()
        .uuid(job.uuid())
        .name(job.name())
        .jobtype(job.jobtype())
        .user(job.user())
        .site(job.site())
        .state(job.state().text())
        .outcome(outcome(job.state(), 0))
        .priority(job.priority())
        .timelimit(job.timelimit())
        .attempt(job.attempt())
        .maxattempts(job.maxattempts())
        .payload(job.payload())
        .params(job.params())
        .env(job.env())
        .infile(job.infile())
        .wfuuid(job.wfuuid())
        .node(job.node())
        .tsDef(job.tsDef())
        .staleAt(job.staleAt())
        .rerunOf(job.rerunOf())
        .build();
  }

  /** Whether a job succeeded, by its state and exit code; null before its end. */
  public static @Nullable String outcome(JobState state, @Nullable Integer errcode) {
    if (!state.isEnd()) {
      return null;
    }
    return state.succeeded(errcode) ? "success" : "failure";
  }
}
