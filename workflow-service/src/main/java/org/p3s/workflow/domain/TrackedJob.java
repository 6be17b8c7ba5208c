package org.p3s.workflow.domain;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job of a workflow, with what {@link WorkflowProgress} needs of it.
 *
 * @param parents the jobs that have to end before it starts
 * @param noop true if it does nothing: it succeeds as soon as its parents have ended
 * @param optional true if its failure does not make the workflow fail
 * @param continues true if its children run although it failed ({@code onfailure=continue})
 */
@RecordBuilder
public record TrackedJob(
    UUID uuid,
    @Nullable String node,
    List<UUID> parents,
    boolean noop,
    boolean optional,
    boolean continues,
    JobState state,
    boolean succeeded,
    int attempt,
    int maxattempts) {

  static TrackedJob of(Job job) {
    return new TrackedJob(
        job.uuid(),
        job.node(),
        job.parents(),
        job.noop(),
        job.optional(),
        job.onfailure().equals("continue"),
        job.state(),
        // In a plan only jobs that a rerun takes over are finished, and these have succeeded.
        job.state() == JobState.FINISHED,
        job.attempt(),
        job.maxattempts());
  }

  TrackedJob with(JobState next, boolean success) {
    return TrackedJobBuilder.builder(this).state(next).succeeded(success).build();
  }

  TrackedJob withNextAttempt() {
    return TrackedJobBuilder.builder(this)
        .state(JobState.DEFINED)
        .succeeded(false)
        .attempt(attempt + 1)
        .build();
  }

  /** True if the workflow goes on after its end, whatever the end was. */
  boolean letsWorkflowContinue() {
    return succeeded || optional || continues;
  }
}
