package org.p3s.broker.app;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.broker.domain.Forecast;
import org.p3s.broker.domain.QueueLoad;

/** What is before a waiting job, and what is before all of them. */
public interface Outlook {

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
      @Nullable Instant startBy,
      @Nullable Instant notBefore,
      @Nullable Integer limit,
      long timelimit,
      long held,
      Place place) {}

  /** Null if the job does not wait. */
  Uni<@Nullable Wait> waits(UUID job);

  /**
   * What happens before the job's turn, each at most {@link Place#MOST} and one.
   *
   * @param ownType only jobs of its own type, for its limit is what it waits for
   */
  Uni<Queue> queue(UUID job, boolean ownType);

  /** The queue by job type and site; reads all of it. */
  Uni<QueueLoad> load();
}
