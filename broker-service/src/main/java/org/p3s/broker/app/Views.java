package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Forecast;
import org.p3s.broker.domain.QueueLoad;
import org.p3s.broker.domain.Shedding;

/** What people and pilots look at; changes nothing but limits. */
public interface Views {

  /** A job as the broker knows it; of an ended one, its last attempt. */
  record JobView(
      UUID uuid,
      String name,
      String jobtype,
      @Nullable String user,
      @Nullable String site,
      @Nullable String host,
      String state,
      @Nullable String outcome,
      @Nullable Integer priority,
      @Nullable Long timelimit,
      int attempt,
      @Nullable Integer maxattempts,
      @Nullable String payload,
      @Nullable String params,
      @Nullable Map<String, String> env,
      @Nullable String infile,
      @Nullable UUID wfuuid,
      @Nullable String node,
      @Nullable UUID pUuid,
      @Nullable Long lease,
      @Nullable Long pid,
      @Nullable Integer errcode,
      @Nullable Integer signal,
      @Nullable String reason,
      Instant tsDef,
      @Nullable Instant tsDis,
      @Nullable Instant tsSta,
      @Nullable Instant tsSto,
      @Nullable Instant staleAt,
      @Nullable Double cpuS,
      @Nullable Long maxRssKib,
      @Nullable String hostWorkdir,
      @Nullable Long place,
      @Nullable Long placeMoreThan) {}

  /** The kept ends of an attempt's streams. */
  record LogView(
      UUID job,
      int attempt,
      @Nullable String stdout,
      @Nullable String stderr,
      @Nullable String host,
      @Nullable String workdir) {}

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
  record LimitChange(@Nullable Limit running, @Nullable Limit backlog, @Nullable Shedding drop) {}

  /** A new limit; null: none any more. */
  record Limit(@Nullable Integer to) {}

  /** The queue in numbers. */
  record Counts(long waiting, long dispatched, long running, @Nullable Instant oldest) {}

  /** Whether a pilot still holds a job. */
  record Held(UUID job, long lease, UUID pilot, String state, boolean stop, @Nullable String why) {}

  /**
   * A place in the queue; one of the two is there.
   *
   * @param exact 1 is next
   * @param moreThan so many are ahead at least
   */
  record Place(@Nullable Long exact, @Nullable Long moreThan) {

    /** So many are counted; a longer queue costs no more. */
    public static final long MOST = 10_000;

    /** The place behind so many, of which one more than {@link #MOST} were counted at most. */
    public static Place behind(long ahead) {
      return ahead > MOST ? new Place(null, MOST) : new Place(ahead + 1, null);
    }
  }

  /** What happens before a job's turn: what fitting pilots hold, and what goes first. */
  record Queue(List<Forecast.Held> held, List<Forecast.Ahead> ahead) {}

  /** What explains a waiting job. */
  record Wait(
      String jobtype,
      @Nullable String site,
      Map<String, String> requirements,
      @Nullable Instant staleAt,
      @Nullable Integer limit,
      long timelimit,
      long held,
      Place place) {}

  Uni<@Nullable JobView> live(UUID job);

  Uni<@Nullable JobView> ended(UUID job);

  Uni<List<JobView>> list(@Nullable String state, @Nullable UUID after, int limit);

  Uni<@Nullable LogView> log(UUID job, @Nullable Integer attempt);

  /** Null if the job does not wait. */
  Uni<@Nullable Wait> waits(UUID job);

  /**
   * What happens before the job's turn, each at most {@link Place#MOST} and one.
   *
   * @param ownType only jobs of its own type, for its limit is what it waits for
   */
  Uni<Queue> queue(UUID job, boolean ownType);

  Uni<List<Held>> held(Collection<UUID> jobs);

  Uni<Counts> counts();

  /** The queue by job type and site; reads all of it. */
  Uni<QueueLoad> load();

  Uni<List<JobtypeView>> jobtypes(@Nullable String after, int limit);

  Uni<@Nullable JobtypeView> jobtype(String name);

  Uni<Void> limit(String jobtype, LimitChange change);
}
