package org.p3s.cli.api;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.p3s.cli.Failure;

/**
 * Wakes a reader when the monitor tells of something new. Behind the events stands a slow sweep, so
 * that a reader goes on when the monitor is away.
 */
public final class Changes implements AutoCloseable {

  private static final long SWEEP_MS = 1_000;
  private static final long CALM_MS = 100;

  private final Api api;
  private final Semaphore news = new Semaphore(0);
  private volatile boolean closed;

  private Changes(Api api) {
    this.api = api;
  }

  /** Listens from now on. */
  public static Changes follow(Api api) {
    Changes changes = new Changes(api);
    Thread listener = new Thread(changes::listen, "p3s-events");
    listener.setDaemon(true);
    listener.start();
    return changes;
  }

  /** Returns when something is new, or after a second at most; events in a burst count once. */
  public void await() {
    await(SWEEP_MS);
  }

  /** As {@link #await()}, with another longest time. */
  public void await(long mostMillis) {
    try {
      Thread.sleep(Math.min(CALM_MS, mostMillis));
      if (news.tryAcquire(Math.max(0, mostMillis - CALM_MS), TimeUnit.MILLISECONDS)) {
        news.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.failed("interrupted");
    }
  }

  private void listen() {
    while (!closed) {
      try (InputStream stream = api.events();
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
          if (line.startsWith("data:")) {
            news.release();
          }
        }
      } catch (IOException | Failure e) {
        // The sweep goes on without events.
      } catch (InterruptedException e) {
        return;
      }
      pause();
    }
  }

  private void pause() {
    try {
      Thread.sleep(SWEEP_MS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
