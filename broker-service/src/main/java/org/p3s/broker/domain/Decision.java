package org.p3s.broker.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What becomes of a job. */
public sealed interface Decision {

  /** Its payload runs now. */
  record Run(Job job, Instant at) implements Decision {}

  /** It waits again. */
  record Requeue(Job job, String reason) implements Decision {}

  /** It goes on, but somebody does not want it any more. */
  record Mark(Job job, Job.Withdrawal withdrawal) implements Decision {}

  /** It ended. */
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
      if (!job.state().successors().contains(state) || !state.isEnd()) {
        throw new IllegalStateException(
            "job " + job.uuid() + " can't go from " + job.state() + " to " + state);
      }
    }
  }

  /** The same was said before; nothing changes and the answer is the same. */
  record Repeat() implements Decision {}

  /** Nothing is to be done about it. */
  record Leave() implements Decision {}

  /** The one who speaks does not hold the job any more. */
  record Lost(String why) implements Decision {}
}
