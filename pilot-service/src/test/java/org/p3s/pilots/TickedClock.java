package org.p3s.pilots;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The time of the tests: that of the wall, moved on by hand. */
@Singleton
public class TickedClock implements InstantSource {

  private volatile Duration ahead = Duration.ZERO;

  /** Moves on. */
  public void pass(Duration time) {
    ahead = ahead.plus(time);
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead);
  }
}
