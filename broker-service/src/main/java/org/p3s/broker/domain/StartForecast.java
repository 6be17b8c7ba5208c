package org.p3s.broker.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * When a waiting job is expected to start. The forecast assumes that the pilots that fit end the
 * jobs they hold, and then take what is ahead of this job in the queue. It uses average run times
 * and is only an estimate for people.
 *
 * @param start null if there is no forecast
 * @param whyNone the reason if there is no forecast, else null
 */
public record StartForecast(@Nullable Instant start, @Nullable String whyNone) {

  /**
   * A job that a pilot holds.
   *
   * @param since when it was started, or dispatched if it has not started yet
   * @param takes its average run time; null if it is not known yet
   */
  public record HeldJob(Instant since, @Nullable Duration takes) {}

  /**
   * Jobs of one type that are ahead in the queue.
   *
   * @param takes their average run time; null if it is not known yet
   */
  public record JobsAhead(String jobtype, long jobs, @Nullable Duration takes) {}

  public static StartForecast at(Instant start) {
    return new StartForecast(start, null);
  }

  public static StartForecast none(String why) {
    return new StartForecast(null, why);
  }

  /**
   * The forecast for a job that no waiting pilot can take.
   *
   * @param most if more jobs than this are ahead, there is no forecast
   */
  public static StartForecast of(
      List<HeldJob> held,
      List<JobsAhead> ahead,
      long most,
      @Nullable Instant startBy,
      Instant now) {
    if (held.isEmpty()) {
      return none("No pilot that fits is waiting, and none holds a job.");
    }
    long jobs = ahead.stream().mapToLong(JobsAhead::jobs).sum();
    if (jobs > most) {
      return none("More than " + most + " jobs are ahead.");
    }
    for (JobsAhead some : ahead) {
      if (some.takes() == null) {
        return none("The run time of jobs of type " + some.jobtype() + " is not known yet.");
      }
    }
    PriorityQueue<Instant> free = new PriorityQueue<>();
    held.forEach(job -> addEnd(free, job, now));
    if (free.isEmpty()) {
      return none("The run time of the jobs that fitting pilots hold is not known yet.");
    }
    Instant start = after(free, ahead);
    return startBy != null && !start.isBefore(startBy)
        ? none("Its turn comes too late for its deadline, so it will be dropped.")
        : at(start);
  }

  private static void addEnd(PriorityQueue<Instant> free, HeldJob job, Instant now) {
    Duration takes = job.takes();
    if (takes != null) {
      Instant end = job.since().plus(takes);
      free.add(end.isBefore(now) ? now : end);
    }
  }

  private static Instant after(PriorityQueue<Instant> free, List<JobsAhead> ahead) {
    for (JobsAhead some : ahead) {
      Duration takes = some.takes();
      for (long i = 0; i < some.jobs() && takes != null; i++) {
        free.add(free.remove().plus(takes));
      }
    }
    return free.element();
  }
}
