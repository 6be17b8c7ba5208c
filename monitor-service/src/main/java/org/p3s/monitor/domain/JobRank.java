package org.p3s.monitor.domain;

/**
 * How far a job has come, as one event reports it. Events of different topics may come in any
 * order; the rank decides which of them gives the state that is shown.
 *
 * @param attempt 1 for the first attempt
 * @param lease the fencing number of the pilot's claim; 0 where no pilot held the job
 */
public record JobRank(int attempt, long lease, Step step) {

  /** The steps of one attempt. A job that was requeued is claimed again with a higher lease. */
  public enum Step {
    DEFINED(0),
    DISPATCHED(1),
    RUNNING(2),
    REQUEUED(3),
    ENDED(9);

    private final int number;

    Step(int number) {
      this.number = number;
    }

    /** The value of the column {@code job.step}. */
    public int number() {
      return number;
    }
  }

  /**
   * True if an event of this rank replaces what is shown. A later attempt always does. Within an
   * attempt nothing replaces its end, and the end replaces everything else, whatever its lease.
   */
  public boolean replaces(JobRank shown) {
    if (attempt != shown.attempt) {
      return attempt > shown.attempt;
    }
    if (step == Step.ENDED || shown.step == Step.ENDED) {
      return shown.step != Step.ENDED;
    }
    return lease == shown.lease ? step.number > shown.step.number : lease > shown.lease;
  }
}
