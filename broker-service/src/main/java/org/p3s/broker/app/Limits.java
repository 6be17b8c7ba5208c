package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.Shedding;
import org.p3s.platform.outbox.Tx;

/** Job types, their limits, and what is over them. */
public interface Limits {

  /**
   * A job type.
   *
   * @param running jobs in pilots' hands
   * @param limitRunning null: any number; 0: paused
   * @param limitBacklog how many may wait; null: any number
   * @param drop which go when more wait: oldest, newest or sample
   */
  record JobtypeView(
      String name,
      long running,
      long waiting,
      @Nullable Integer limitRunning,
      @Nullable Integer limitBacklog,
      String drop) {}

  /** New values of a job type's limits; what is absent stays as it is. */
  record Change(@Nullable Limit running, @Nullable Limit backlog, @Nullable Shedding drop) {}

  /** A new limit; null: none any more. */
  record Limit(@Nullable Integer to) {}

  /** A waiting job that is over its type's backlog limit, and the rule by which it goes. */
  record Excess(Job job, Shedding rule, int limit) {}

  /** Job types by name, from the one after that. */
  Uni<List<JobtypeView>> list(@Nullable String after, int limit);

  Uni<@Nullable JobtypeView> one(String jobtype);

  Uni<Void> set(String jobtype, Change change);

  /** All job types that have a backlog limit. */
  Uni<List<String>> boundedTypes(Tx tx);

  /**
   * Locks what waits over the backlog limits of these types, the first to go first, if nobody else
   * is at them: a type is shed by one transaction at a time, and nobody waits for it.
   *
   * @param most of each type at once
   * @param evenMore false leaves types alone that have more excess than that
   */
  Uni<List<Excess>> lockExcess(Tx tx, Collection<String> types, int most, boolean evenMore);
}
