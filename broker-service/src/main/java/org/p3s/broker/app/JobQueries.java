package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads jobs, logs and leases for people and pilots. */
public interface JobQueries {

  /**
   * The last parts of an attempt's streams.
   *
   * @param live true if the attempt runs and this is what was sent to those who follow it
   */
  record LogView(
      UUID job,
      int attempt,
      @Nullable String stdout,
      @Nullable String stderr,
      @Nullable String host,
      @Nullable String workdir,
      boolean live) {}

  /** Jobs by state; {@code oldest} is when the job was defined that waits longest. */
  record JobCounts(long waiting, long dispatched, long running, @Nullable Instant oldest) {}

  /**
   * A lease, and what its holder has to know.
   *
   * @param stop true if the payload is to be stopped
   * @param why the reason to stop
   * @param follow true if somebody follows the job's log
   */
  record LeaseView(
      UUID job,
      long lease,
      UUID pilot,
      String state,
      boolean stop,
      @Nullable String why,
      boolean follow) {}

  /** Null if the job is not live. */
  Uni<@Nullable JobView> live(UUID job);

  /** The last ended attempt; null if none has ended. */
  Uni<@Nullable JobView> ended(UUID job);

  /** The live job, else its last ended attempt, else null. */
  default Uni<@Nullable JobView> liveOrEnded(UUID job) {
    return live(job)
        .flatMap(
            live -> live == null ? ended(job) : Uni.createFrom().<@Nullable JobView>item(live));
  }

  /** Live jobs, by uuid, after that one. */
  Uni<List<JobView>> list(@Nullable String state, @Nullable UUID after, int limit);

  /** The stored log of that attempt, or of the last one that ended; null if there is none. */
  Uni<@Nullable LogView> log(UUID job, @Nullable Integer attempt);

  /** The leases of those of these jobs that a pilot holds. */
  Uni<List<LeaseView>> leases(Collection<UUID> jobs);

  Uni<JobCounts> counts();
}
