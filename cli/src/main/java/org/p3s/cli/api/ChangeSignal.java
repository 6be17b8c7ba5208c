package org.p3s.cli.api;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.p3s.cli.CommandFailure;

/**
 * Wakes a reader when the monitor reports a change. The reader is also woken once a second, so that
 * it works without the monitor.
 */
public final class ChangeSignal implements AutoCloseable {

  private static final long LONGEST_WAIT_MS = 1_000;
  // Changes come in bursts; a reader that read after each of them would load the services.
  private static final long SHORTEST_WAIT_MS = 100;
  private static final long RECONNECT_MS = 1_000;

  private final ApiClient api;
  private final Semaphore changes = new Semaphore(0);
  private volatile boolean closed;

  private ChangeSignal(ApiClient api) {
    this.api = api;
  }

  /** Listens to the monitor's events until the signal is closed. */
  public static ChangeSignal listen(ApiClient api) {
    ChangeSignal signal = new ChangeSignal(api);
    Thread listener = new Thread(signal::readEvents, "p3s-events");
    listener.setDaemon(true);
    listener.start();
    return signal;
  }

  /** Returns at the next change, or after a second at most. */
  public void await() {
    await(LONGEST_WAIT_MS);
  }

  /** Returns at the next change, or after so many milliseconds at most. */
  public void await(long mostMillis) {
    try {
      Thread.sleep(Math.min(SHORTEST_WAIT_MS, mostMillis));
      if (changes.tryAcquire(Math.max(0, mostMillis - SHORTEST_WAIT_MS), TimeUnit.MILLISECONDS)) {
        changes.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted");
    }
  }

  private void readEvents() {
    while (!closed) {
      try (ServerSentEvents events = api.stream(ApiRequest.get(P3sService.MONITOR, "/events"))) {
        while (!closed && events.next() != null) {
          changes.release();
        }
      } catch (IOException | CommandFailure e) {
        // Without events the reader is woken by time alone.
      }
      pause();
    }
  }

  private void pause() {
    try {
      Thread.sleep(RECONNECT_MS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
