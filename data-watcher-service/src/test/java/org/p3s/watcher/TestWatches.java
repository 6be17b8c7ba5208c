package org.p3s.watcher;

import java.time.Duration;
import java.util.List;
import org.p3s.watcher.domain.AfterAction;
import org.p3s.watcher.domain.WatchBuilder;

/** Watches for unit tests. */
public final class TestWatches {

  /** A watch of {@code /data} that takes every file as soon as it is seen. */
  public static WatchBuilder watch() {
    return WatchBuilder.builder()
        .name("w")
        .path("/data")
        .pattern("*")
        .quietPeriod(Duration.ZERO)
        .minAge(Duration.ZERO)
        .fraction(1)
        .dags(List.of("dag"))
        .after(AfterAction.KEEP)
        .user("user");
  }

  private TestWatches() {}
}
