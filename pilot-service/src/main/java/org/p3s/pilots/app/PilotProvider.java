package org.p3s.pilots.app;

import java.util.List;

/**
 * Starts pilots at sites that name this provider: on this machine, or through a batch system. An
 * implementation is a CDI bean in the package {@code batch}, and its test extends {@code
 * PilotProviderContract}.
 */
public interface PilotProvider {

  /** The name that sites choose the provider by, for instance {@code local}. It never changes. */
  String name();

  /**
   * Starts pilots, or hands them to a batch system that starts them later.
   *
   * <p>The call may block, for at most a minute: after that it counts as failed. It is made on a
   * worker thread, and a service makes no second call for a site before the first has returned. It
   * is not idempotent: each call starts pilots of its own. The caller notices by itself if a pilot
   * does not come up, and starts another one later; so the implementation does not retry.
   *
   * @param site the name of the site that the pilots register with
   * @param count how many pilots to start, at least 1
   * @return the id of each pilot that was started, at least one and at most {@code count}; fewer
   *     than {@code count} if only some could be started. An id is never used again, and the pilot
   *     registers with it as {@code extra}
   * @throws PilotStartException if no pilot was started
   * @throws IllegalArgumentException if {@code count} is less than 1
   */
  List<String> start(String site, int count) throws PilotStartException;
}
