package org.p3s.watcher.http;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p3s.watcher.domain.Watch;
import org.p3s.watcher.domain.WatchStatus;

/**
 * A watch as the API shows it.
 *
 * @param state paused, watching or failing
 * @param problem why the directory cannot be read; null if it can
 */
record WatchView(
    String name,
    String path,
    String pattern,
    boolean recursive,
    String quietPeriod,
    @Nullable String marker,
    long minSize,
    String minAge,
    double fraction,
    @Nullable Integer cap,
    List<String> dags,
    @Nullable String placeholder,
    @Nullable Integer priority,
    @Nullable Long staleafter,
    String after,
    @Nullable String moveTo,
    boolean paused,
    String state,
    @Nullable String problem) {

  static WatchView of(Watch watch, boolean paused, @Nullable String problem) {
    return new WatchView(
        watch.name(),
        watch.path(),
        watch.pattern(),
        watch.recursive(),
        watch.quietPeriod().toString(),
        watch.marker(),
        watch.minSize(),
        watch.minAge().toString(),
        watch.fraction(),
        watch.cap(),
        watch.dags(),
        watch.placeholder(),
        watch.priority(),
        watch.staleafter(),
        watch.after().text(),
        watch.moveTo(),
        paused,
        WatchStatus.of(paused, problem != null).text(),
        problem);
  }
}
