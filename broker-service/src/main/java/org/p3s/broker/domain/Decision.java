package org.p3s.broker.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen to a job. A decision that changes the state can only be made along {@link
 * JobState#successors()}.
 */
public sealed interface Decision {

  /** The job's payload runs from this time on. */
  record Start(Job job, Instant at) implements Decision {
    public Start {
      requireTransition(job, JobState.RUNNING);
    }
  }

  /** The job goes back into the queue. */
  record Requeue(Job job, String reason) implements Decision {
    public Requeue {
      requireTransition(job, JobState.DEFINED);
    }
  }

  /** The job keeps its state, but is noted as withdrawn. */
  record MarkWithdrawn(Job job, Job.Withdrawal withdrawal) implements Decision {}

  /** The attempt ended. */
  record End(
      Job job,
      JobState state,
      @Nullable Integer errcode,
      @Nullable Integer signal,
      @Nullable String reason,
      @Nullable Instant tsSta,
      Instant tsSto)
      implements Decision {
    public End {
      if (!state.isEnd()) {
        throw new IllegalStateException("job " + job.uuid() + " can't end as " + state);
      }
      requireTransition(job, state);
    }
  }

  /** The same report was accepted before; nothing changes and the answer is the same. */
  record Repeat() implements Decision {}

  /** Nothing changes. */
  record NoChange() implements Decision {}

  /** The pilot that reports does not hold the job any more. */
  record LeaseLost(String why) implements Decision {}

  private static void requireTransition(Job job, JobState next) {
    if (!job.state().successors().contains(next)) {
      throw new IllegalStateException(
          "job " + job.uuid() + " can't go from " + job.state() + " to " + next);
    }
  }
}
