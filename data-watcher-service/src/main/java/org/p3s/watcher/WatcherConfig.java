package org.p3s.watcher;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What can be set of the data watcher; the prefix is {@code watcher}. */
@ConfigMapping(prefix = "watcher")
public interface WatcherConfig {

  /** How often every directory is read as a whole, whatever the operating system told. */
  @WithDefault("10s")
  Duration scan();
}
