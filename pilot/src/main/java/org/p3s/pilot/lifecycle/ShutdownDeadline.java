package org.p3s.pilot.lifecycle;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The time that a shutdown may take. In it payloads get TERM and after their grace period KILL, and
 * their finish reports are delivered. Before the shutdown begins there is no deadline.
 */
public final class ShutdownDeadline {

  private static final Duration SHUTDOWN = Duration.ofSeconds(9);

  /** The longest request during a shutdown. */
  private static final Duration LAST_REQUEST = Duration.ofSeconds(2);

  private volatile @Nullable Long deadline;

  void begin() {
    deadline = System.nanoTime() + SHUTDOWN.toNanos();
  }

  /** In terms of {@link System#nanoTime}; the shutdown must have begun. */
  public long nanos() {
    return Objects.requireNonNull(deadline, "the shutdown has not begun");
  }

  /** True if the shutdown leaves no time for another attempt. */
  public boolean isNear() {
    Long at = deadline;
    return at != null && at - System.nanoTime() < LAST_REQUEST.toNanos();
  }

  /** The timeout of a request: the usual one, or a short one during the shutdown. */
  public Duration requestTimeout(Duration usual) {
    return deadline == null ? usual : LAST_REQUEST;
  }
}
