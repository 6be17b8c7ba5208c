package org.p3s.broker.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * When a waiting job may start: pilots that fit end what they hold, one after the other, and take
 * what is ahead of it. Reckons with average run times; nobody is bound by it.
 */
public record Forecast(@Nullable Instant start, @Nullable String whyNone) {

  /** A job in a pilot's hands; {@code takes} is null where no run time was learned yet. */
  public record Held(Instant since, @Nullable Duration takes) {}

  /** Jobs of one type that go first. */
  public record Ahead(String jobtype, long jobs, @Nullable Duration takes) {}

  /** It can start now. */
  public static Forecast at(Instant start) {
    return new Forecast(start, null);
  }

  /** It can't be said. */
  public static Forecast none(String why) {
    return new Forecast(null, why);
  }

  /**
   * Of a job that no waiting pilot can take.
   *
   * @param most so many jobs ahead are looked at
   */
  public static Forecast of(
      List<Held> held, List<Ahead> ahead, long most, @Nullable Instant startBy, Instant now) {
    if (held.isEmpty()) {
      return none("No pilot that fits waits, and none has a job.");
    }
    long jobs = ahead.stream().mapToLong(Ahead::jobs).sum();
    if (jobs > most) {
      return none("More than " + most + " jobs are ahead.");
    }
    for (Ahead some : ahead) {
      if (some.takes() == null) {
        return none("How long jobs of type " + some.jobtype() + " take is not known yet.");
      }
    }
    PriorityQueue<Instant> free = new PriorityQueue<>();
    held.forEach(job -> addEnd(free, job, now));
    if (free.isEmpty()) {
      return none("How long the jobs in the hands of pilots that fit take is not known yet.");
    }
    Instant start = after(free, ahead);
    return startBy != null && !start.isBefore(startBy)
        ? none("Its turn comes too late for its deadline, so it will be dropped.")
        : at(start);
  }

  private static void addEnd(PriorityQueue<Instant> free, Held job, Instant now) {
    Duration takes = job.takes();
    if (takes != null) {
      Instant end = job.since().plus(takes);
      free.add(end.isBefore(now) ? now : end);
    }
  }

  private static Instant after(PriorityQueue<Instant> free, List<Ahead> ahead) {
    for (Ahead some : ahead) {
      Duration takes = some.takes();
      for (long i = 0; i < some.jobs() && takes != null; i++) {
        free.add(free.remove().plus(takes));
      }
    }
    return free.element();
  }
}
