package org.p3s.workflow.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.p3s.contracts.JobFinished;
import org.p3s.contracts.JobProgress;
import org.p3s.platform.outbox.Tx;
import org.p3s.workflow.domain.Job;
import org.p3s.workflow.domain.JobState;

/** Stores the broker's events about jobs. */
public interface JobEventStore {

  /**
   * Stores how attempts ended.
   *
   * @return the events that were new; the others were stored before, or are outdated
   */
  Uni<List<JobFinished>> storeEnds(Tx tx, List<JobFinished> ends);

  /**
   * Defines failed jobs of no workflow again, if they ended in one of the retryable states, have an
   * attempt left and were not cancelled.
   *
   * @return the jobs that were defined again
   */
  Uni<List<Job>> retrySingleJobs(Tx tx, List<JobFinished> failed, Set<JobState> retryableEnds);

  /** Stores which output files were written, and what was found of input files from outside. */
  Uni<Void> storeFiles(Tx tx, List<JobFinished> ends, Instant now);

  /**
   * Stores that jobs were dispatched, started or requeued. Events after the end of a job, or of an
   * older lease or attempt, change nothing.
   */
  Uni<Void> storeProgress(Tx tx, List<JobProgress> events);
}
