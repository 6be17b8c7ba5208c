package org.p3s.platform.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** How missing topics are created. Topics that exist are left as they are. */
@ConfigMapping(prefix = "p3s.topics")
public interface TopicsConfig {

  /** Partitions of a topic: the most consumers of one service that can share the work. */
  @WithDefault("8")
  int partitions();

  /** Copies of each partition; 3 on a cluster. */
  @WithDefault("1")
  short replication();

  /** How long records stay, by topic name; the key {@code default} is for the others. */
  Map<String, Duration> retention();
}
