package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.Seat;
import org.p3s.contracts.JobAdjusted;
import org.p3s.contracts.JobDefined;
import org.p3s.platform.outbox.Tx;

/** The way of jobs into the queue and out of it. */
public interface QueueStore {

  /**
   * What was queued.
   *
   * @param bounded those of the types that have a backlog limit
   */
  record Queued(int jobs, Set<String> bounded) {

    static final Queued NOTHING = new Queued(0, Set.of());
  }

  /**
   * Queues jobs that are not there and have not ended; what is sent after the subscription sees
   * them.
   */
  Uni<Queued> define(Tx tx, List<JobDefined> jobs, FairShare share);

  /** Lets retries into the queue whose time has come, if nobody else is at them; how many. */
  Uni<Integer> letGo(Tx tx, Instant now, int most);

  /** Sets new priorities. */
  Uni<Void> adjust(Tx tx, Collection<JobAdjusted> adjustments);

  /** Gives waiting jobs to seats, in one statement, best job first. */
  Uni<List<Answer>> claim(Tx tx, List<Seat> seats, FairShare share, Instant now, Instant confirmBy);
}
