package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.p3s.broker.domain.FairShare;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Tx;

/** The queue of waiting jobs, except for the claim ({@link ClaimStore}). */
public interface JobQueue {

  /**
   * What was queued.
   *
   * @param jobs how many jobs
   * @param limitedTypes those of their types that have a backlog limit
   */
  record Queued(int jobs, Set<String> limitedTypes) {

    static final Queued NOTHING = new Queued(0, Set.of());
  }

  /**
   * Queues jobs, except those that are in the queue or have ended. Statements that are sent after
   * the subscription see the new jobs.
   */
  Uni<Queued> define(Tx tx, List<JobDefined> jobs, FairShare share);

  /**
   * Moves retries into the queue whose time has come, unless another transaction has locked them.
   *
   * @return how many
   */
  Uni<Integer> releaseDueRetries(Tx tx, Instant now, int most);

  /** Sets new priorities. */
  Uni<Void> adjust(Tx tx, Collection<JobAdjusted> adjustments);
}
