package org.p3s.pilots;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What can be set of the pilot service; the prefix is {@code pilots}. */
@ConfigMapping(prefix = "pilots")
public interface PilotConfig {

  /** Beats that a pilot may miss before it counts as lost. */
  @WithDefault("4")
  int missedBeats();

  /** How often lost pilots are looked for. */
  @WithDefault("1s")
  Duration sweep();

  /** How long a pilot's own token is good; a beat past the half of it brings a new one. */
  @WithDefault("1h")
  Duration tokenLife();
}
