package org.p3s.pilots;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The configuration of the pilot service; the prefix is {@code pilots}. Durations have a unit. */
@ConfigMapping(prefix = "pilots")
public interface PilotConfig {

  /** How many heartbeats a pilot may miss before it counts as lost. */
  @WithDefault("4")
  int missedBeats();

  /** The time between two checks for lost pilots. */
  @WithDefault("1s")
  Duration sweep();

  /**
   * How long a pilot's own token is valid. A heartbeat in the second half of this time is answered
   * with a new token.
   */
  @WithDefault("1h")
  Duration tokenLife();

  /** How long ended pilots are kept in the database. */
  @WithDefault("90d")
  Duration retention();
}
