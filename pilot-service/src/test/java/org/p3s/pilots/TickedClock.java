package org.p3s.pilots;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The clock of the tests: wall clock time plus what the tests have added. */
@Singleton
public class TickedClock implements InstantSource {

  private volatile Duration ahead = Duration.ZERO;

  /** Moves the clock forward. */
  public void advance(Duration time) {
    ahead = ahead.plus(time);
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead);
  }
}
