package org.p3s.watcher;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;

/** The settings of the data watcher; the prefix is {@code watcher}. */
@ConfigMapping(prefix = "watcher")
public interface WatcherConfig {

  /** How often every watched directory is listed completely. */
  @WithName("scan")
  @WithDefault("10s")
  Duration scanInterval();
}
