package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.FairShare;
import org.p3s.broker.domain.QueueLoad;
import org.p3s.broker.domain.StartForecast;

/** Queries about the queue: what is ahead of a waiting job, and how many jobs wait in all. */
public interface QueueForecasts {

  /**
   * A place in the queue; exactly one of the two values is set.
   *
   * @param exact 1 is the next job
   * @param moreThan at least this many jobs are ahead
   */
  record QueuePlace(@Nullable Long exact, @Nullable Long moreThan) {

    /** So many jobs are counted at most, so that a longer queue costs no more. */
    public static final long MOST = 10_000;

    /** The place behind that many jobs, of which at most {@link #MOST} and one were counted. */
    public static QueuePlace behind(long ahead) {
      return ahead > MOST ? new QueuePlace(null, MOST) : new QueuePlace(ahead + 1, null);
    }
  }

  /** What has to happen before a job can start: held jobs end, and the jobs ahead are taken. */
  record JobsBefore(List<StartForecast.HeldJob> held, List<StartForecast.JobsAhead> ahead) {}

  /** A waiting job, with what explains why it waits. */
  record WaitingJob(
      String jobtype,
      @Nullable String site,
      Map<String, String> requirements,
      @Nullable Instant staleAt,
      @Nullable Instant startBy,
      @Nullable Instant notBefore,
      @Nullable Integer limit,
      long timelimit,
      long held,
      QueuePlace place) {}

  /**
   * Null if the job does not wait.
   *
   * @param share the place is the one in the order of a claim with these shares
   */
  Uni<@Nullable WaitingJob> waitingJob(UUID job, FairShare share);

  /**
   * What has to happen before the job can start; each list has at most {@link QueuePlace#MOST} jobs
   * and one.
   *
   * @param ownType only jobs of its own type, because the job waits for the limit of its type
   */
  Uni<JobsBefore> jobsBefore(UUID job, boolean ownType, FairShare share);

  /** The queue by job type and site; reads all of it. */
  Uni<QueueLoad> load();
}
