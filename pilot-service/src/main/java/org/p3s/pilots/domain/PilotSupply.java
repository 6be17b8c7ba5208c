package org.p3s.pilots.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Decides how many pilots to start at a site, so that at least a given number is alive or on its
 * way.
 *
 * <p>After a failed start the site pauses, longer with each failure in a row; then one pilot is
 * started as a trial, and no other until it has registered.
 *
 * @param startLimit how long a pilot may take from its start to its registration
 * @param firstPause the pause after a failed start; it doubles with each failure in a row
 * @param longestPause the longest pause
 */
public record PilotSupply(Duration startLimit, Duration firstPause, Duration longestPause) {

  /** A wrong number in a site must not flood a machine or a batch system within one check. */
  public static final int MAX_STARTS = 100;

  private static final int MAX_DOUBLINGS = 20;

  /**
   * A pilot that was started.
   *
   * @param id the provider's id of it
   * @param registered whether it has registered since
   */
  public record Start(String id, Instant at, boolean registered) {}

  /** Failed starts in a row, and the time of the last one. */
  public record Failures(int count, Instant last) {

    public static final Failures NONE = new Failures(0, Instant.EPOCH);

    /** These failures and one more. */
    public Failures plusOne(Instant at) {
      return new Failures(count + 1, at);
    }
  }

  /**
   * What is to do.
   *
   * @param start how many pilots to start now
   * @param registered starts that have succeeded and need not be watched any more
   * @param failed starts that took longer than the limit; they are given up
   * @param failures the failures in a row, with those of this check
   */
  public record Decision(
      int start, List<Start> registered, List<Start> failed, Failures failures) {}

  /**
   * Decides.
   *
   * @param floor how many pilots there should be
   * @param alive how many pilots have registered and not ended, draining ones as well
   * @param starts the pilots that were started and are still watched
   * @param before the failures that were known before this check
   */
  public Decision decide(int floor, int alive, List<Start> starts, Failures before, Instant now) {
    List<Start> registered = starts.stream().filter(Start::registered).toList();
    List<Start> failed =
        starts.stream().filter(start -> !start.registered() && isOverdue(start, now)).toList();
    Failures failures = failures(registered, failed, before, now);
    int underWay = starts.size() - registered.size() - failed.size();
    int missing = Math.max(0, floor - alive - underWay);
    return new Decision(
        Math.min(missing, mostStarts(failures, underWay, now)), registered, failed, failures);
  }

  private boolean isOverdue(Start start, Instant now) {
    return Duration.between(start.at(), now).compareTo(startLimit) > 0;
  }

  private static Failures failures(
      List<Start> registered, List<Start> failed, Failures before, Instant now) {
    if (!registered.isEmpty()) {
      return Failures.NONE;
    }
    return failed.isEmpty() ? before : before.plusOne(now);
  }

  private int mostStarts(Failures failures, int underWay, Instant now) {
    if (failures.count() == 0) {
      return MAX_STARTS;
    }
    boolean pausing = now.isBefore(failures.last().plus(pauseAfter(failures)));
    return pausing || underWay > 0 ? 0 : 1;
  }

  /** How long no pilot is started after these failures. */
  public Duration pauseAfter(Failures failures) {
    if (failures.count() == 0) {
      return Duration.ZERO;
    }
    int doublings = Math.min(failures.count() - 1, MAX_DOUBLINGS);
    Duration pause = firstPause.multipliedBy(1L << doublings);
    return pause.compareTo(longestPause) < 0 ? pause : longestPause;
  }
}
