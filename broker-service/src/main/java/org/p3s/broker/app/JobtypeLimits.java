package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Job;
import org.p3s.broker.domain.SheddingRule;
import org.p3s.platform.outbox.Tx;

/**
 * Stores the limits of job types, and selects jobs over the backlog limits. The limit of running
 * jobs is applied by the claim, see {@link ClaimStore}.
 */
public interface JobtypeLimits {

  /**
   * A job type.
   *
   * @param running how many of its jobs pilots hold
   * @param limitRunning null: any number; 0: paused
   * @param limitBacklog how many may wait; null: any number
   * @param drop which are dropped when more wait: oldest, newest or sample
   */
  record JobtypeView(
      String name,
      long running,
      long waiting,
      @Nullable Integer limitRunning,
      @Nullable Integer limitBacklog,
      String drop) {}

  /** New values; null leaves a value as it is. */
  record Change(@Nullable Limit running, @Nullable Limit backlog, @Nullable SheddingRule drop) {}

  /** A new limit; null removes the limit. */
  record Limit(@Nullable Integer to) {}

  /** A waiting job over the backlog limit of its type, and the rule by which it is dropped. */
  record Excess(Job job, SheddingRule rule, int limit) {}

  /** Job types by name, after that one. */
  Uni<List<JobtypeView>> list(@Nullable String after, int limit);

  Uni<@Nullable JobtypeView> one(String jobtype);

  Uni<Void> set(String jobtype, Change change);

  Uni<List<String>> typesWithBacklogLimit(Tx tx);

  /**
   * Locks the waiting jobs over the backlog limits of these types, in the order in which they are
   * to be dropped. Only one transaction sheds jobs of a type at a time; others skip that type and
   * do not wait.
   *
   * @param most so many of each type at most
   * @param evenLargeExcess false: leave out types with a larger excess than that
   */
  Uni<List<Excess>> lockExcess(Tx tx, Collection<String> types, int most, boolean evenLargeExcess);
}
